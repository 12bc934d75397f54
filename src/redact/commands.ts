/** Where common commands take a secret that no name announces: one line a command. How the words are read is in arguments.ts. */

/**
 * `commands: places`, or `commands > words: places` when one of the words must follow. A place is
 *
 *     -p       the word behind this flag         1     the first word that is no flag, behind the command and its word
 *     -p*      the rest of this flag             1:    the secret of `user:secret` or `user/secret` there
 *     -p&      the word behind it, also as the   last  the last word that is no flag
 *              last of several letters: `-mp x`  ~     drives, shares and paths are not counted
 *     -u:      the secret of `user:secret`       <     standard input; `<:` of lines of `user:secret`
 *     -b=      the secret of `name=secret`       -i<   standard input when this flag stands there, `-i&<` when the letter does
 *     -m!      nothing: its value is no secret   -b&last  the last word when this letter stands there
 */
const TABLE = `
mysql mysqladmin mysqldump mysqlimport mysqlcheck mysqlshow mysqlslap mysqlpump mysqlsh mysql_upgrade mysqlbinlog mysql_secure_installation mariadb mariadb-admin mariadb-dump mariadb-import mariadb-check mariadb-upgrade innobackupex xtrabackup mariabackup mydumper mysqlrouter: -p*
mysqladmin mariadb-admin > password: 1
mydumper myloader: -p
curl: --oauth2-bearer --pass --proxy-pass --tlspassword --proxy-tlspassword -u: --user: -U: --proxy-user: --cert: -E: --tlsuser: -b= --cookie=
http https httpie xh: -a: --auth:
wget: --password --http-password --ftp-password --proxy-password
docker podman nerdctl buildah skopeo crane helm oras regctl img nuctl az tccli doctl flyctl cr > login: -p -p* --password-stdin<
skopeo podman buildah oras: --creds: --src-creds: --dest-creds:
az > login: -p
sshpass: -p -p*
redis-cli valkey-cli keydb-cli iredis: -a --pass
redis-cli valkey-cli keydb-cli > auth: 1
sentinel > auth-pass: 2
mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles: -p -p*
openssl: -k -K -pass -passin -passout stdin< fd:0<
openssl > passwd: -salt! 1 -stdin<
keytool jarsigner: -new -storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass
useradd usermod adduser groupadd groupmod: -p& --password
chpasswd chgpasswd newusers: <:
adduser: <
passwd smbpasswd vncpasswd kpasswd: <
mkpasswd: -m! --method! -S! --salt! -R! --rounds! 1 -s< --stdin<
smbpasswd: -w
sudo: -S&< --stdin<
mosquitto_passwd: -b&last
security: -p -P
caddy > hash-password: --plaintext -p
doveadm > pw: -p
beeline knife: -p -P
add-user.sh: -p -u! -g! -r! 2
az > devops: <
runas: <
qshell > account: 1 2
iwconfig: s:*
suseconnect: -r --regcode
drone: -t
htpasswd: -b&last -i&<
net > user: 2
net > use: 1 ~
signtool: /p
schtasks: /p /rp
cmdkey: /pass:*
wmic msdeploy netdom winrs: /password:* -password:* /passwordd:* -p:*
psexec certutil paexec: -p
convertto-securestring: 1
oathtool: -d! -s! -w! -N! -S! -c! last
codecov codecovcli: -t
pro ua > attach: 1
etcdctl: --user:
wandb comet ngc > login: 1
net smbclient rpcclient: -U: --user:
ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldapcompare ldapmodrdn ldapexop: -w -w*
ldappasswd slappasswd: -w -s -a
vault bao > login unseal: 1
sqlcmd bcp osql isql tsql: -P -P*
sqlplus sqlldr expdp impdp exp imp rman sql: 1:
zip: -P --password
unzip: -P -P*
7z 7za 7zr 7zz 7zzs rar unrar p7zip: -p* -hp*
ansible-vault > encrypt_string: --name! -n! --vault-id! --encrypt-vault-id! --vault-password-file! --stdin-name! 1
mc mcli > set add: 4
gh glab > login: -t --token --with-token< --stdin<
gpg gpg2: --passphrase-fd<
gh > secret: --body -b
rabbitmqctl > add_user change_password authenticate_user: 2
kubectl oc k3s kustomize > secret: --from-literal=
ipa-client-install ipa-server-install: -w -p -a
kadmin kadmin.local kdb5_util: -w -P -pw
lftp open: -u:
realm adcli > join: <
consul > set-agent-token: -token! 2
bundle > config: 2: 1: 3: ~
twine: -p
dotnet nuget > push: -k -ApiKey --api-key
nuget > setapikey: 1
dotnet > nuget dev-certs: -p
frpc frps: -t
ss-server ss-local ss-redir ss-tunnel sslocal ssserver: -k
cargo > login: --registry! 1
snyk > auth: 1
srcds_run srcds_linux hlds_run: +rcon_password +sv_setsteamaccount
ngrok > authtoken add-authtoken: 1
coscmd > config: -a -s -k -t
coscli obsutil ossutil ossutil64 ossutilmac64: -i -k -t
b2 > authorize-account authorize: 2
rclone > obscure: 1
ssh-keygen: -N -P
wpa_passphrase: 2
consul nomad serf: -encrypt -token -encrypt=*
cqlsh: -p
influx: -p -t --token
mqadmin > updateaclconfig: -s
setup > email: 3
steamcmd steamcmd.sh > +login: 2
cloudflared > install: 1
swaks: -ap
sendemail: -xp
cryptsetup kinit: <
pulumi doctl: -t
ipmitool: -P
snmpget snmpwalk snmpset snmpbulkwalk snmpbulkget snmptrap snmptable snmpgetnext: -A -X -c -c*
barman pgbouncer pgpool pg_md5: 1
xfreerdp wfreerdp: /p:*
svn: --password
`;

/** What of a word is the secret. */
export type How = 'whole' | 'pair' | 'named';

/** One line of the table. */
export interface CommandRule {
  /** Words of which one must follow the command; none, when any may. */
  when: Set<string>;
  flags: Map<string, How | 'none'>;
  /** Flags that the secret is glued to. */
  glued: string[];
  /** Letters that may stand behind others: `-mp x`. */
  bundled: Set<string>;
  /** Letters whose value is `user:secret`, also glued or behind others: `-uroot:x`, `-fsSu root:x`. */
  pairLetters: string[];
  places: { at: number; how: How }[];
  skipsPaths: boolean;
  lastWhenLetter: string;
  input: 'lines' | 'pairs' | undefined;
  inputFlags: RegExp[];
}

/** The rules of each command, by its base name in small letters. */
export const RULES: ReadonlyMap<string, CommandRule[]> = readTable();

function readTable(): Map<string, CommandRule[]> {
  const rules = new Map<string, CommandRule[]>();
  for (const line of TABLE.trim().split('\n')) {
    const colon = line.indexOf(':');
    const [commands = '', when = ''] = line.slice(0, colon).split(' > ');
    const rule: CommandRule = {
      when: new Set(when.toLowerCase().split(' ').filter(Boolean)),
      flags: new Map(),
      glued: [],
      bundled: new Set(),
      pairLetters: [],
      places: [],
      skipsPaths: false,
      lastWhenLetter: '',
      input: undefined,
      inputFlags: [],
    };
    for (const place of line
      .slice(colon + 1)
      .split(' ')
      .filter(Boolean))
      readPlace(place, rule);
    for (const command of commands.toLowerCase().split(' '))
      rules.set(command, [...(rules.get(command) ?? []), rule]);
  }
  return rules;
}

function readPlace(place: string, rule: CommandRule): void {
  const [, stem = '', mark = ''] = /^(.*?)(&last|&<|<:|[*&:=!<~]|)$/.exec(place) ?? [];
  const how = mark === ':' ? 'pair' : 'whole';
  if (/^\d+$/.test(stem)) rule.places.push({ at: Number(stem) - 1, how });
  else if (stem === 'last') rule.places.push({ at: -1, how });
  else if (mark === '~') rule.skipsPaths = true;
  else if (mark === '&last') rule.lastWhenLetter = stem.slice(1);
  else if (mark.endsWith('<') || mark === '<:') {
    rule.input = mark === '<:' ? 'pairs' : 'lines';
    const letter = `^-\\w{0,5}${stem.slice(1)}\\w{0,5}$`;
    if (stem !== '') rule.inputFlags.push(new RegExp(mark === '&<' ? letter : `^${stem}(?:=|$)`));
  } else if (mark === '*') rule.glued.push(stem);
  else {
    if (mark === '&') rule.bundled.add(stem);
    if (mark === ':' && stem.length === 2) rule.pairLetters.push(stem.slice(1));
    rule.flags.set(stem, mark === '=' ? 'named' : mark === '!' ? 'none' : how);
  }
}

/** Commands that take `NAME VALUE` as two words: `aws configure set aws_secret_access_key X`. */
export const NAME_VALUE_COMMANDS = new Set(
  (
    'aws git npm yarn pnpm pip pip3 composer poetry gcloud tccli aliyun qcloudcli rclone crudini nmcli wp occ redis-cli ' +
    'valkey-cli conda bundle setx SETX set defaults helm heroku az bun s3cmd jfrog jf pulumi wrangler vercel flyctl mc ' +
    'kubectl doctl minio gh glab svn bw op wrangler snap uci ' +
    'proxy_set_header add_header fastcgi_param uwsgi_param grpc_set_header SetEnv'
  ).split(' '),
);

/** A word before which such a pair begins, whatever the command. */
export const SETTERS = new Set(
  'set set-option setx --set config configure --global --local put ENV ARG LABEL'.split(' '),
);

/** Words that name packages, not commands to run. */
export const PACKAGE_MANAGERS = new Set(
  'apt apt-get aptitude apk yum dnf microdnf tdnf zypper pacman pip pip3 pipx npm yarn pnpm gem brew conda cargo go emerge rpm dpkg'.split(
    ' ',
  ),
);
