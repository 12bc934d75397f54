/**
 * Which names hold a secret. Names are split at `_ - .` and at case; the clear words (PASSWORD, SECRET, TOKEN, ...)
 * also count when glued (ROOTPASSWD), the ambiguous ones (KEY, AUTH, ...) only as the last whole word.
 */

/**
 * How sure a name is: `strong` and `weak` hold a secret whatever the value looks like, `bare` (a lone lower-case
 * `key` or `auth`) only when the value looks random, `header` is an HTTP header whose value may begin with a scheme,
 * `pointer` (`TOKEN_FILE`, `SECRET_NAME`) says where the secret is, unless somebody put the secret itself there.
 */
export type NameKind = 'strong' | 'weak' | 'bare' | 'header' | 'pointer';

const words = (list: string) => new Set(list.split(/\s+/));

/** What every name of a secret in ASCII holds. */
export const CLUE =
  /pass|pw|psw|secret|token|cred|key|auth|salt|jwt|cookie|bearer|mnemonic|psk|seed|pepper|[_.-][as]k\b|licen|serial|regcode|community|bundle_|senha|contrase|kennwort|sonar(?:qube|cloud)?[._]login|art-api|access(?![a-z])|_pat\b|kube_?config|docker_?config/i;

/** Quick first look, so that most words, and lines, cost one test. Whatever is not ASCII may hide a name. */
export const MAY_BE_SECRET = new RegExp(`${CLUE.source}|[^!-~ \\t\\r\\n]`, 'i');

const GLUED =
  /passw|passphrase|passcode|regcode|pwd|pswd|kennwort|motdepasse|contrase[nñ]a|senha|secret|token|credential|api_?keys?$|apikey|accesskey|privatekey|secretkey|authkey|masterkey|encrypt(?:ion)?key|signingkey|licensekey|sharedkey|sessionkey|storagekey|accountkey|appkey|activationkey|productkey|deploykey|masterauth|sonar(?:qube|cloud)?[._]login|kube_?config[_.-]?(?:data|base64|b64|contents?|yaml|raw)$|пароль|パスワード|비밀번호|x-jfrog-art-api/u;

/** Chinese names; the last part counts, as in `数据库密码`. */
const CHINESE = /(?:密码|密碼|口令|密钥|密鑰|秘钥|令牌|凭证|凭据|私钥|私鑰)\d*[是为為]?$/u;

/** Words that contain a clear word but mean something else. */
const LOOKALIKE =
  /tokeni[sz]\p{L}*|detoken\p{L}*|secretar\p{L}*|secretion\p{L}*|\bnopasswd\b|existing[-_]?secrets?|secrets?-?manager|libsecret|passwdqc|passwordless|passwords?hash(?:er|ing)s?|public[-_]?keytokens?/gu;

const NOT_A_PASS = words(
  'compass bypass encompass surpass trespass overpass underpass multipass singlepass firstpass lastpass keepass ' +
    'onepass twopass bandpass lowpass highpass allpass proxypass',
);

/** A name that ends in one of these speaks about a secret (where it is, how long, which kind) and holds none. */
const ABOUT = words(
  'file files filename path paths dir dirs directory folder location mount url urls uri uris endpoint endpoints host ' +
    'hostname port server servers domain length len min max minimum maximum days hours minutes seconds secs millis ms ' +
    'age expiry expire expires expiration lifetime ttl timeout validity duration interval policy policies type types kind ' +
    'name names username user alg algo algorithm algorithms format header headers prefix suffix enabled enable disabled ' +
    'disable required require prompt version versions count counts limit limits size bits bytes encoding rotation ' +
    'authentication authenticator encryption encoder encryptor hasher hashers regex pattern strength complexity validation validator ' +
    'validators provider providers store stores manager backend mode method methods issuer audience scope scopes class field ' +
    'fields column label labels ref refs reference arn service services reset change engine source driver stdin ' +
    'command cmd helper script alias aliases cipher curve cache index map parallelism serializer in policyname recovery ' +
    'history attempts retries retention management checker strategy generator reviewer exchange claim claims grant ' +
    'hashing rounds cost costs iterations iteration memory threads leeway skew delay warning grace digits symbols similarity entropy ' +
    'plugin module operator controller fd lookup env envvar namespace csi template templates tool tools fingerprint ' +
    'head charset chars complexitypolicy variable variables var vars within param params parameter parameters usage quota page view component mixin',
);

/** `no-secrets: error`, `require_password=all`: a switch. */
const YES_OR_NO = words(
  'no disable skip without allow enable has is require requires needs ask prompt disabled hide show mask',
);

const POINTERS = words('file filename path dir location name command cmd');

/** Endings of file names: `secret.yaml` is a file, not a setting. */
const FILE_ENDING = words(
  'json yaml yml txt pem conf cnf cfg ini sh bash py js ts mjs cjs jsx tsx xml properties toml crt cer md tpl so go rb ' +
    'php java jar html css log lock db sql gz zip tar tgz asc gpg pub p12 jks kdbx rs c h cpp deb rpm apk whl service d',
);

const WEAK = words(
  'key keys auth salt salts jwt jwts psk bearer creds cred mnemonic passkey pw pws sk pepper rocommunity rwcommunity',
);

/** Endings that leave the word before them the decisive one: `API_KEY_PROD`, `AUTH_STRING`. */
const TRANSPARENT = words(
  'data value values base64 b64 pem string str content contents prod production dev development test testing staging ' +
    'stage default old new live main primary secondary backup base hex raw plain text encoded enc seed again confirm ' +
    'confirmation ident identity signing hmac',
);

/** SEED after one of these makes every one-time password. */
const SEED_OWNER = words('otp totp hotp mfa 2fa wallet master authenticator');

/** KEY glued to one of these is as good as `GITHUB_KEY`. */
const GLUED_KEY_OWNER = words(
  'github gitlab gitea gitee bitbucket aws azure gcp google gcloud tencent qcloud cos aliyun oss baidu huawei qiniu stripe paypal ' +
    'twilio sendgrid mailgun mailchimp slack discord telegram openai anthropic datadog newrelic sentry algolia mapbox maps ' +
    'firebase heroku netlify vercel cloudflare digitalocean linode docker npm nuget pypi sonar jira jenkins vault consul ' +
    's3 minio ssh ssl tls rsa dsa ecdsa aes des hmac jwt jwe crypt crypto cipher signing root admin user client server ' +
    'service db database redis mysql mongo bot webhook hook backup deploy prod dev test site my',
);

/** KEY glued to one of these is an ordinary word. */
const KEY_WORD =
  /(?:^|[^a-z])(?:mon|tur|hot|don|hoc|joc|whis|lac|mic|smo|po|latch|hand|by|on|of|the|sub|super|soft|meta|kee?|s|key|passp?|pub|in|non|multi|each|every|new|gen|get|set|add|del|re|dn|data|base|top|last|first|next|prev|min|max|flow|crow)keys?$/;

/** What lets everybody or nobody in. */
export const ACCESS_MODE =
  /^(?:public|private|protected|internal|external|shared|local|remote|open|closed|anonymous|authenticated|(?:read|write)(?:[-_]?(?:only|write|once|many))?|r[ow]|rw[ox]|full|all|any|limited|restricted|admin|user|guest|granted|denied|allow|allowed|deny|grant|direct|default|package|org|team)$/i;

/** KEY after one of these is a name in a message or a table, unless it looks random. */
const DATA_KEY_OWNER = words('routing integration partition group sort cache search row event');

/** KEY after one of these is no secret. */
const OPEN_KEY_OWNER = words(
  'public pub gpg pgp apt rpm yum deb repo repository archive signed trusted foreign primary partition sort cache host ' +
    'hosts hot index group row object map dict json unique natural composite authorized known search lookup tag ref ' +
    'property name any arrow enter escape function press ctrl alt shift meta routing release maintainer signer answer ' +
    'registry hash range translation message msg event metric config no with recv fetch import export receive ascii list project ' +
    'send trust locate delete check verify rand',
);

const HEADERS = words(
  'authorization proxy-authorization cookie set-cookie x-registry-auth x-forwarded-authorization',
);

function splitName(name: string): string[] {
  const isMixed = /[a-z0-9][A-Z]|[A-Z]{2}[a-z]/.test(name);
  const spaced = isMixed
    ? name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    : name;
  const lower = spaced.toLowerCase();
  return /[_\-.]/.test(lower) ? lower.split(/[_\-.]+/).filter((word) => word !== '') : [lower];
}

/** `dbpass`, `rootpw`, `tlspsk` */
function endsInPass(word: string): boolean {
  return (word.endsWith('pass') && !NOT_A_PASS.has(word)) || /^[a-z]{2,}(?:pw|psk)$/.test(word);
}

/** What a name says about its value; undefined when it names no secret. Leading dashes and dots do not matter. */
export function secretNameKind(rawName: string): NameKind | undefined {
  if (!MAY_BE_SECRET.test(rawName)) return undefined;
  // Zero-width characters and full-width letters hide a name from the eye of a rule, not from a shell or a reader.
  const ascii = isAscii(rawName);
  const name = ascii ? rawName : rawName.normalize('NFKC').replace(/\p{Cf}+/gu, '');
  const lower = name.toLowerCase();
  if (HEADERS.has(/^[-.]/.test(lower) ? lower.replace(/^[-.]+/, '') : lower)) return 'header';
  if (!ascii && CHINESE.test(name)) return 'strong';
  const plain = lower.replace(LOOKALIKE, '');

  const parts = splitName(name);
  const stripped = /\d/.test(name) ? parts.map((part) => part.replace(/(?<=[a-z])\d{1,6}$/, '')) : parts;
  while (stripped.length > 1 && /^\d+$/.test(stripped.at(-1) ?? '')) stripped.pop();
  let last = stripped.at(-1) ?? '';
  // `this.hasKey`: the question is what follows the last dot
  const asks = name.includes('.') ? splitName(name.slice(name.lastIndexOf('.') + 1)) : parts;
  if (asks.length > 1 && YES_OR_NO.has(asks[0] ?? '')) return undefined;
  if (stripped.length > 1 && YES_OR_NO.has(stripped[0] ?? '')) return undefined;
  // `LICENSE=accept`, `serial: 2024`: only a key in the shape of one
  if (/^(?:licen[sc]e|serial|regcode)$/.test(last)) return 'pointer';
  if (/^(?!pro)[a-z]{3,}(?:file|path)$/.test(last)) return 'pointer';
  if (/credentials?[_\-.]?ids?$/.test(lower) || /kube_?config$/.test(lower)) return 'pointer';
  if (ABOUT.has(last)) {
    if (!POINTERS.has(last) || stripped.length < 2) return undefined;
    return secretNameKind(stripped.slice(0, -1).join('_')) ? 'pointer' : undefined;
  }
  if (stripped.length > 1 && FILE_ENDING.has(last) && lower.includes(`.${last}`)) return undefined;
  if (
    /id\d*s?$/.test(lower) &&
    /(?:^|[_\-.])key[_\-.]?ids?$|access[_\-.]?key[_\-.]?id\d*$/.test(parts.join('_'))
  )
    return undefined;
  if (GLUED.test(plain)) return 'strong';
  if (stripped.some((part) => part === 'pass' || endsInPass(part))) return 'strong';
  if (stripped.some((part, i) => part === 'key' && stripped[i - 1] === 'private')) return 'strong';
  if (last === 'cookie' && /^(?:erlang|release|rabbitmq|node|cluster|elixir)$/.test(stripped.at(-2) ?? ''))
    return 'strong';
  if (stripped.length > 1 && last === 'seed' && SEED_OWNER.has(stripped.at(-2) ?? '')) return 'strong';
  // Bundler's settings of a host: `BUNDLE_GEMS__EXAMPLE__COM=user:pass`
  if (/^BUNDLE_\w*__(?:COM|ORG|NET|IO|DEV|EXAMPLE)$/.test(name)) return 'weak';

  while (stripped.length > 1 && TRANSPARENT.has(last)) {
    stripped.pop();
    last = stripped.at(-1) ?? '';
  }
  // `QINIU_AK` beside `QINIU_SK`: access key and secret key
  if (last === 'ak' && stripped.length > 1) return 'bare';
  const owner = stripped.at(-2);
  if (
    last === 'access' &&
    (owner === undefined ? name === 'ACCESS' : /^(?:s3|minio|cos|oss|b2|r2)$/.test(owner))
  )
    return 'weak';
  if (
    last === 'pat' &&
    /^(?:gh|github|gitlab|bitbucket|azure|devops|ado|vsts|ext|databricks|jira|token)$/.test(owner ?? '')
  )
    return 'weak';
  const glued = /^(.+[a-z0-9])keys?$/.exec(last)?.[1];
  if (glued && !WEAK.has(last)) {
    if (GLUED_KEY_OWNER.has(glued)) return 'weak';
    return OPEN_KEY_OWNER.has(glued) || KEY_WORD.test(last) ? undefined : 'bare';
  }
  if (!WEAK.has(last)) return undefined;
  if ((last === 'key' || last === 'keys') && owner !== undefined) {
    if (DATA_KEY_OWNER.has(owner)) return 'pointer';
    if (OPEN_KEY_OWNER.has(owner)) return undefined;
  }
  if (owner === undefined && /^[-.]*(?:keys?|auth|salt|bearer)$/.test(name)) return 'bare';
  return 'weak';
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
