/** Where common commands take a secret that no name announces. Data only: how the words are read is in command-secrets.ts. */

/** One command. Flags are compared literally; a value is the next word unless said otherwise. */
export interface CommandRule {
  /** Base names. */
  commands: string;
  /** Only when one of these words follows the command. */
  when?: string;
  /** Flags whose next word is the secret. */
  flags?: string;
  /** Flags the secret is glued to: `-psecret`. */
  glued?: string;
  /** The same, also as the last of several letters: `useradd -mp x`. */
  bundled?: string;
  /** Flags whose value is `name=secret`; other values are files. */
  assigned?: string;
  /** Flags whose value is `user:secret`; the user stays. */
  pairs?: string;
  /** The n-th word that is no flag, counted from 1 after the command (after the `when` word, if there is one). */
  positions?: number[];
  /** Only the last word that is no flag, when a flag holds this letter (`htpasswd -b`). */
  lastWhenFlag?: string;
  /** Standard input is a secret: a whole line, or `user:secret` lines; `whenFlag` says which flag makes it so. */
  stdin?: 'lines' | 'pairs';
  whenFlag?: RegExp;
  /** Flags that take a value which is no secret, so that positions count right. */
  skips?: string;
  /** The last word that is no flag is the secret. */
  last?: boolean;
  /** Words that take no position: drives, shares. */
  ignores?: RegExp;
  /** A position holds `user:secret` or `user/secret`. */
  pairPositions?: number[];
}

const MYSQL =
  'mysql mysqladmin mysqldump mysqlimport mysqlcheck mysqlshow mysqlslap mysqlpump mysqlsh mysql_upgrade mysqlbinlog mysql_secure_installation ' +
  'mariadb mariadb-admin mariadb-dump mariadb-import mariadb-check mariadb-upgrade innobackupex xtrabackup mariabackup mydumper mysqlrouter';

export const COMMAND_RULES: CommandRule[] = [
  { commands: MYSQL, glued: '-p' },
  { commands: 'mysqladmin mariadb-admin', when: 'password', positions: [1] },
  { commands: 'mydumper myloader', flags: '-p' },
  {
    commands: 'curl',
    pairs: '-u --user -U --proxy-user --cert -E --tlsuser',
    assigned: '-b --cookie',
    flags: '--oauth2-bearer --pass --proxy-pass --tlspassword --proxy-tlspassword',
  },
  { commands: 'http https httpie xh', pairs: '-a --auth' },
  { commands: 'wget', flags: '--password --http-password --ftp-password --proxy-password' },
  {
    commands:
      'docker podman nerdctl buildah skopeo crane helm oras regctl img nuctl az tccli doctl flyctl cr',
    when: 'login',
    flags: '-p',
    glued: '-p',
    stdin: 'lines',
    whenFlag: /^--password-stdin/,
  },
  { commands: 'skopeo podman buildah oras', pairs: '--creds --src-creds --dest-creds' },
  { commands: 'az', when: 'login', flags: '-p' },
  { commands: 'sshpass', flags: '-p', glued: '-p' },
  { commands: 'redis-cli valkey-cli keydb-cli iredis', flags: '-a --pass' },
  { commands: 'redis-cli valkey-cli keydb-cli', when: 'auth AUTH', positions: [1] },
  {
    commands: 'mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles',
    flags: '-p',
    glued: '-p',
  },
  { commands: 'openssl', flags: '-k -K -pass -passin -passout' },
  { commands: 'openssl', stdin: 'lines', whenFlag: /^(?:stdin|fd:0)$/ },
  {
    commands: 'openssl',
    when: 'passwd',
    positions: [1],
    skips: '-salt',
    stdin: 'lines',
    whenFlag: /^-stdin$/,
  },
  {
    commands: 'keytool jarsigner',
    flags: '-new -storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass',
  },
  { commands: 'useradd usermod adduser groupadd groupmod', flags: '-p --password', bundled: '-p' },
  { commands: 'chpasswd chgpasswd newusers', stdin: 'pairs' },
  { commands: 'passwd smbpasswd vncpasswd kpasswd', stdin: 'lines' },
  {
    commands: 'mkpasswd',
    positions: [1],
    skips: '-m --method -S --salt -R --rounds',
    stdin: 'lines',
    whenFlag: /^(?:-s|--stdin)$/,
  },
  { commands: 'smbpasswd', flags: '-w' },
  { commands: 'sudo', stdin: 'lines', whenFlag: /^-\w{0,4}S\w{0,4}$|^--stdin$/ },
  { commands: 'mosquitto_passwd', lastWhenFlag: 'b' },
  { commands: 'security', flags: '-p -P' },
  { commands: 'caddy', when: 'hash-password', flags: '--plaintext -p' },
  { commands: 'doveadm', when: 'pw', flags: '-p' },
  { commands: 'beeline knife', flags: '-p -P' },
  { commands: 'add-user.sh', positions: [2], flags: '-p', skips: '-u -g -r' },
  { commands: 'az', when: 'devops', stdin: 'lines' },
  { commands: 'runas', stdin: 'lines' },
  { commands: 'qshell', when: 'account', positions: [1, 2] },
  { commands: 'iwconfig', glued: 's:' },
  { commands: 'suseconnect SUSEConnect', flags: '-r --regcode' },
  { commands: 'drone', flags: '-t' },
  { commands: 'htpasswd', lastWhenFlag: 'b', stdin: 'lines', whenFlag: /^-\w{0,5}i/ },
  { commands: 'net', when: 'user', positions: [2] },
  { commands: 'net', when: 'use', positions: [1], ignores: /^(?:[A-Za-z]:|\\\\.*|\/.*|\*)$/s },
  { commands: 'signtool', flags: '/p' },
  { commands: 'schtasks', flags: '/p /rp' },
  { commands: 'cmdkey', glued: '/pass:' },
  { commands: 'wmic msdeploy netdom winrs', glued: '/password: -password: /passwordd: -p:' },
  { commands: 'psexec certutil paexec', flags: '-p' },
  { commands: 'convertto-securestring', positions: [1] },
  { commands: 'oathtool', last: true, skips: '-d -s -w -N -S -c' },
  { commands: 'codecov codecovcli', flags: '-t' },
  { commands: 'pro ua', when: 'attach', positions: [1] },
  { commands: 'etcdctl', pairs: '--user' },
  { commands: 'wandb comet ngc', when: 'login', positions: [1] },
  { commands: 'net smbclient rpcclient', pairs: '-U --user' },
  {
    commands: 'ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldapcompare ldapmodrdn ldapexop',
    flags: '-w',
    glued: '-w',
  },
  { commands: 'ldappasswd slappasswd', flags: '-w -s -a' },
  { commands: 'vault bao', when: 'login unseal', positions: [1] },
  { commands: 'sqlcmd bcp osql isql tsql', flags: '-P', glued: '-P' },
  { commands: 'sqlplus sqlldr expdp impdp exp imp rman sql', pairPositions: [1] },
  { commands: 'zip', flags: '-P --password' },
  { commands: 'unzip', flags: '-P', glued: '-P' },
  { commands: '7z 7za 7zr 7zz 7zzs rar unrar p7zip', glued: '-p -hp' },
  {
    commands: 'ansible-vault',
    when: 'encrypt_string',
    positions: [1],
    skips: '--name -n --vault-id --encrypt-vault-id --vault-password-file --stdin-name',
  },
  { commands: 'mc mcli', when: 'set add', positions: [4] },
  {
    commands: 'gh glab',
    when: 'login',
    flags: '-t --token',
    stdin: 'lines',
    whenFlag: /^(?:--with-token|--stdin)$/,
  },
  { commands: 'gpg gpg2', stdin: 'lines', whenFlag: /^--passphrase-fd/ },
  { commands: 'gh', when: 'secret', flags: '--body -b' },
  { commands: 'rabbitmqctl', when: 'add_user change_password authenticate_user', positions: [2] },
  { commands: 'kubectl oc k3s kustomize', when: 'secret', assigned: '--from-literal' },
  { commands: 'ipa-client-install ipa-server-install', flags: '-w -p -a' },
  { commands: 'kadmin kadmin.local kdb5_util', flags: '-w -P -pw' },
  { commands: 'lftp open', pairs: '-u' },
  { commands: 'realm adcli', when: 'join', stdin: 'lines' },
  { commands: 'consul', when: 'set-agent-token', positions: [2] },
  { commands: 'bundle', when: 'config', pairPositions: [2, 1, 3], ignores: /^[^:]*\// },
  { commands: 'twine', flags: '-p' },
  { commands: 'dotnet nuget', when: 'push', flags: '-k -ApiKey --api-key' },
  { commands: 'nuget', when: 'setapikey setApiKey', positions: [1] },
  { commands: 'dotnet', when: 'nuget dev-certs', flags: '-p' },
  { commands: 'frpc frps', flags: '-t' },
  { commands: 'ss-server ss-local ss-redir ss-tunnel sslocal ssserver', flags: '-k' },
  { commands: 'cargo snyk', when: 'login auth', positions: [1] },
  { commands: 'ngrok', when: 'authtoken add-authtoken', positions: [1] },
  { commands: 'coscmd', when: 'config', flags: '-a -s -k -t' },
  { commands: 'coscli obsutil ossutil ossutil64 ossutilmac64', flags: '-i -k -t' },
  { commands: 'b2', when: 'authorize-account authorize', positions: [2] },
  { commands: 'rclone', when: 'obscure', positions: [1] },
  { commands: 'ssh-keygen', flags: '-N -P' },
  { commands: 'wpa_passphrase', positions: [2] },
  { commands: 'consul nomad serf', flags: '-encrypt -token' },
  { commands: 'consul nomad serf', glued: '-encrypt=' },
  { commands: 'cqlsh', flags: '-p' },
  { commands: 'influx', flags: '-p' },
  { commands: 'cloudflared', when: 'install', positions: [1] },
  { commands: 'swaks', flags: '-ap' },
  { commands: 'sendemail sendEmail', flags: '-xp' },
  { commands: 'cryptsetup kinit', stdin: 'lines' },
  { commands: 'pulumi doctl', flags: '-t' },
  { commands: 'ipmitool', flags: '-P' },
  {
    commands: 'snmpget snmpwalk snmpset snmpbulkwalk snmpbulkget snmptrap snmptable snmpgetnext',
    flags: '-A -X -c',
    glued: '-c',
  },
  { commands: 'barman pgbouncer pgpool pg_md5', positions: [1] },
  { commands: 'xfreerdp wfreerdp', glued: '/p:' },
  { commands: 'svn', flags: '--password' },
];

/** Commands that take `NAME VALUE` as two words: `aws configure set aws_secret_access_key X`. */
export const NAME_VALUE_COMMANDS = new Set(
  (
    'aws git npm yarn pnpm pip pip3 composer poetry gcloud tccli aliyun qcloudcli rclone crudini nmcli wp occ redis-cli ' +
    'valkey-cli conda bundle setx set defaults helm heroku az bun s3cmd jfrog jf pulumi wrangler vercel flyctl mc ' +
    'kubectl doctl minio gh glab svn bw op wrangler snap uci'
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
