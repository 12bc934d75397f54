/** Secrets that give themselves away by their shape, wherever they stand: known prefixes, hashes, private key blocks. */
import { allMatches, REDACTED, type Span } from './view.ts';

/**
 * `pattern need # whose`, a regular expression without blanks and without nested quantifiers. Where the prefix also begins
 * ordinary words the match needs a `digit`, a digit or a capital (`mixed`) or a digit and a capital (`both`).
 */
const TABLE = String.raw`
AKID[A-Za-z0-9]{8,80}  # Tencent Cloud
AKLT[A-Za-z0-9_-]{20,}  mixed  # Volcengine
ALTAK[A-Za-z0-9]{16,}  mixed  # Baidu
JDC_[A-Z0-9]{20,}  # JD
(?:AKIA|ABIA|ACCA)[A-Z0-9]{10,}  # AWS
ASIA[A-Z0-9]{16}(?![A-Za-z0-9])  digit
LTAI[A-Za-z0-9]{10,}  # Alibaba Cloud
gh[pousr]_[A-Za-z0-9_-]{10,}
github_pat_[A-Za-z0-9_-]{10,}
gl(?:pat|dt|rt|cbt|ptt|soat|ft|imt|agent|oas|ffct)-[\w.-]{8,}
GR1348941[\w-]{8,}
xox[a-z](?:\.xox[a-z])?-[\w-]{8,}  # Slack
xapp-[\w-]{8,}
eyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]*(?:\.[\w-]*){0,2}  # JWT, JWE
sk-[A-Za-z0-9_-]{14,}  mixed
(?:sk|rk)_(?:live|test|prod)_[\w-]{8,}  # Stripe
whsec_[\w+/=-]{8,}
AIza[\w-]{16,}  # Google
ya29\.[\w.-]{8,}
GOCSPX-[\w-]{10,}
1//0[\w-]{20,}
npm_[A-Za-z0-9]{16,}  mixed
pypi-[\w-]{16,}  both
pypi-AgE[\w-]{8,}
dckr_(?:pat|oat)_[\w-]{8,}
hv[sbr]\.[\w-]{8,}  # HashiCorp Vault
s\.[A-Za-z0-9]{24}(?![A-Za-z0-9.])  both
[A-Za-z0-9]{14}\.atlasv1\.[\w-]{20,}
SG\.[\w-]{8,}\.[\w-]{8,}  # SendGrid
do[por]_v1_[A-Za-z0-9_-]{8,}  # DigitalOcean
shp(?:at|ca|pa|ss)_[A-Za-z0-9_-]{8,}  # Shopify
hf_[A-Za-z0-9]{16,}  mixed
key-[A-Za-z0-9]{24,}  digit  # Mailgun
(?:NRAK|NRJS|NRII)-[A-Za-z0-9_-]{8,}  # New Relic
PMAK-[A-Za-z0-9-]{12,}
EAA[A-Z][A-Za-z0-9]{20,}  digit  # Meta
AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Za-z-]{8,}
lin_(?:api|oauth)_[A-Za-z0-9]{12,}
rubygems_[A-Za-z0-9]{16,}
gl(?:sa|c)_[\w+/=-]{16,}  # Grafana
sntry[su]_[\w+/=-]{12,}
dapi[0-9a-f]{32}  # Databricks
sq0(?:atp|csp)-[\w-]{12,}
ATATT3[\w=-]{16,}  # Atlassian
ATBB[A-Za-z0-9]{20,}
xkeysib-[\w-]{16,}
(?:nfp|sbp|tfp|figd|r8|gsk|secret|ntn|CLOJARS)_[A-Za-z0-9]{24,}  digit
pscale_(?:tkn|pw|oauth)_[\w.-]{12,}
dt0[a-z]\d{2}\.[A-Z0-9]{12,}\.[A-Z0-9]{16,}
(?:pplx|xai|CFPAT|FLWSECK|dp\.pt|dp\.st)[-.][A-Za-z0-9_.-]{20,}  mixed
SWMTKN-1-[\w-]{10,}  # Docker swarm
K10[0-9a-f]{20,}::[\w:.-]{8,}  # k3s
tskey-[\w-]{12,}
oy2[a-z0-9]{43}  # NuGet
\d{8,10}:AA[A-Za-z0-9_-]{30,}  # Telegram
ops_eyJ[\w+/=-]{16,}  # 1Password, a service account and an account's key
A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}
[\w.~-]{3}[78]Q~[\w.~-]{28,}  # Azure AD
fm[12][ar]?_[\w+/=-]{16,}(?:,fm[12][ar]?_[\w+/=-]{16,})*  mixed  # Fly
fo1_[\w-]{24,}  mixed
api_org_[A-Za-z0-9]{16,}  mixed  # Hugging Face
ABSK[A-Za-z0-9+/]{24,}={0,2}  mixed  # Bedrock
bedrock-api-key-[\w+/-]{12,}={0,2}  mixed
(?:[a-z]{2}\d{2}xx)?[0-9a-f]{30,36}(?:FFFF)?NRAL  # New Relic
AKCp[A-Za-z0-9]{10,}  # Artifactory
cmVmdGtu[A-Za-z0-9+/]{12,}={0,2}
sq[apu]_[A-Za-z0-9]{16,}  mixed  # Sonar
EZ[AT]K[A-Za-z0-9]{40,}  # EasyPost
HRKU-[\w-]{24,}  # Heroku
AQVN[\w-]{30,}  # Yandex
pat[A-Za-z0-9]{14}\.[0-9a-f]{40,}  # Airtable
pul-[0-9a-f]{40}  # Pulumi
v1\.0-[0-9a-f]{24}-[0-9a-f]{64,}  # Cloudflare's origin CA
ls(?:v2)?_(?:pt|sk)_[0-9a-f]{24,}(?:_[0-9a-f]{6,})?  # LangSmith
(?:shippo|duffel|lob)_(?:live|test)_[\w-]{16,}
(?:nvapi|tvly|mlsn|CCIPAT|rdme|rpa|bkua|ddp|phx)[-._][\w-]{24,}  mixed
LS0tLS1CRUdJTi(?!BDRVJU|BQVUJMSUM|BSU0EgUFVCTElD)[A-Za-z0-9+/=_-]{8,}  # base64 of a private key block
`;

const NEEDS: Record<string, (match: string) => boolean> = {
  digit: (match) => /\d/.test(match),
  mixed: (match) => /[A-Z\d]/.test(match.slice(4)),
  both: (match) => /\d/.test(match) && /[A-Z]/.test(match.slice(3)),
};

const FORMATS = TABLE.trim()
  .split('\n')
  .map((row) => {
    const [pattern = '', need = ''] = row.split(/ +/);
    return { pattern, whole: new RegExp(`^(?:${pattern})$`), accepts: NEEDS[need] };
  });
/** What formats hold that do not begin with letters of their own; without it they need not be tried at every word. */
const INNER_MARK = /atlasv1|Q~|NRAL|:AA/;

const oneOf = (formats: typeof FORMATS, start: string) =>
  new RegExp(`${start}(?:${formats.map(({ pattern }) => pattern).join('|')})`, 'g');
const KNOWN = oneOf(FORMATS, '(?<!\\w)');
const KNOWN_BY_PREFIX = oneOf(
  FORMATS.filter(({ pattern }) => !INNER_MARK.test(pattern)),
  '\\b',
);

/** Formats that may follow a letter or a digit. */
const HASHED = new RegExp(
  [
    /(?:\\{0,2}\$){1,2}(?:1|2[abxy]?|5|6|7|8|9|y|gy|apr1|sha1|md5|P|H|argon2(?:id|i|d)|pbkdf2-?\w{0,10}|scrypt)(?:\\{0,2}\$){1,2}[./A-Za-z0-9=,+$\\-]{8,}/,
    /\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT|PBKDF2\w{0,12}|SHA512-CRYPT|BLF-CRYPT|ARGON2ID?)\}[./A-Za-z0-9=+$,-]{8,}/,
    /(?<=\{(?:PLAIN|CLEARTEXT|CLEAR|noop)\})(?!<redacted>)[^\s"'\\]{3,100}/,
    /SCRAM-SHA-(?:1|256)\\?\$\d{1,7}:[A-Za-z0-9+/=:$\\]{8,}/,
    /(?<![\w*])\*[0-9A-F]{40}(?![0-9A-Za-z])/, // MySQL native
    /(?<=Private-(?:MAC|Hash):\s{0,4})[0-9a-f]{16,}/, // PuTTY
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/** A credential scheme with its credential; prose such as "Basic authentication" is not one. */
const SCHEME = /(?<![A-Za-z0-9])(?:bearer|basic)(?:[ \t]{1,4}|%20|\\ )([A-Za-z0-9._~+/=|-]{8,})/gi;

/** Spans of the secrets recognisable by shape alone. */
export function findKnownFormats(text: string): Span[] {
  const spans: Span[] = [];
  if (text.includes('----') || text.includes('Private-')) keyBodies(text, spans);
  for (const { 0: match, index } of allMatches(text, INNER_MARK.test(text) ? KNOWN : KNOWN_BY_PREFIX)) {
    if (FORMATS.some(({ whole, accepts }) => whole.test(match) && (!accepts || accepts(match))))
      spans.push({ start: index, end: index + match.length });
  }
  if (/[${*]|Private-/.test(text)) {
    for (const { 0: match, index } of allMatches(text, HASHED))
      spans.push({ start: index, end: index + match.length });
  }
  for (const { 0: match, 1: credential = '', index } of allMatches(text, SCHEME)) {
    if (/^[A-Z][A-Z0-9_]*=./.test(credential)) continue; // the next variable
    if (!/\d/.test(credential) && !/^(?=.*[A-Z])(?=.*[a-z]).{16}/.test(credential)) continue;
    const end = index + match.length;
    spans.push({ start: end - credential.length, end });
  }
  return spans;
}

const BEGIN =
  /-{4,5} ?BEGIN (?:[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?|OpenVPN [\w -]{3,40}) ?-{4,5}|Private-Lines:\s{0,4}\d{1,4}/g;
const END = /-----END|---- END|Private-/g;
const KEY_RUN = /[A-Za-z0-9+/]{40,}={0,2}/g;

/** Line breaks around a body, real or written out. */
const BREAKS_BEFORE = /^(?:\s|\\{1,2}[nr]|\\(?=\\)){0,20}/;
const BREAKS_BEHIND = /(?:\s|\\[nr]|\\){0,20}$/;

/** Adds the bodies of private keys: PEM, OpenSSH, PGP, SSH2, PuTTY; an unclosed one ends with its quote or the text. */
function keyBodies(text: string, spans: Span[]): void {
  let at = 0;
  let closes = true;
  for (const begin of allMatches(text, BEGIN)) {
    const from = begin.index + begin[0].length;
    if (begin.index < at) continue;
    END.lastIndex = from;
    const close: number | undefined = closes ? END.exec(text)?.index : undefined;
    if (close === undefined && closes && begin[0].startsWith('-')) {
      // `echo "-----BEGIN ...-----" >> key; echo "MIIE..." >> key`: the body comes in pieces.
      const rest = text.slice(from);
      for (const { 0: run, index } of allMatches(rest, KEY_RUN)) {
        if (/\d/.test(run) && /[A-Z]/.test(run))
          spans.push({ start: from + index, end: from + index + run.length });
      }
    }
    closes = close !== undefined;
    const end = close ?? endOfQuote(text, from);
    const body = text.slice(from, end);
    if (!/[A-Za-z0-9+/]{2}/.test(body.replaceAll(REDACTED, ''))) continue;
    at = end;
    const start = from + (BREAKS_BEFORE.exec(body)?.[0].length ?? 0);
    spans.push({ start, end: end - (BREAKS_BEHIND.exec(body.slice(-40))?.[0].length ?? 0) });
  }
}

function endOfQuote(text: string, from: number): number {
  const quote = text.slice(from).search(/["']/);
  return quote < 0 ? text.length : from + quote;
}
