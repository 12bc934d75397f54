/** Secrets that give themselves away by their shape, wherever they stand: known prefixes, hashes, private key blocks. */

import { isBlank } from './values.ts';
import { allMatches, REDACTED, type Span } from './view.ts';

interface Format {
  /** Source of a regular expression; no nested quantifiers. */
  pattern: string;
  /** A second look, for prefixes that also begin ordinary words. */
  accepts?: (match: string) => boolean;
}

const mixed = (match: string) => /[A-Z]/.test(match.slice(4)) || /\d/.test(match.slice(4));
const withDigitAndUpper = (match: string) => /\d/.test(match) && /[A-Z]/.test(match.slice(3));

const FORMATS: Format[] = [
  { pattern: 'AKID[A-Za-z0-9]{8,80}' }, // Tencent Cloud
  { pattern: 'AKLT[A-Za-z0-9_-]{20,}', accepts: mixed }, // Volcengine
  { pattern: 'ALTAK[A-Za-z0-9]{16,}', accepts: mixed }, // Baidu
  { pattern: 'JDC_[A-Z0-9]{20,}' }, // JD
  { pattern: '(?:AKIA|ABIA|ACCA)[A-Z0-9]{10,}' }, // AWS
  { pattern: 'ASIA[A-Z0-9]{16}(?![A-Za-z0-9])', accepts: (match) => /\d/.test(match) },
  { pattern: 'LTAI[A-Za-z0-9]{10,}' }, // Alibaba Cloud
  { pattern: 'gh[pousr]_[A-Za-z0-9_-]{10,}' },
  { pattern: 'github_pat_[A-Za-z0-9_-]{10,}' },
  { pattern: 'gl(?:pat|dt|rt|cbt|ptt|soat|ft|imt|agent|oas|ffct)-[\\w.-]{8,}' },
  { pattern: 'GR1348941[\\w-]{8,}' },
  { pattern: 'xox[a-z](?:\\.xox[a-z])?-[\\w-]{8,}' }, // Slack
  { pattern: 'xapp-[\\w-]{8,}' },
  { pattern: 'eyJ[\\w-]{4,}\\.[\\w-]{4,}\\.[\\w-]*(?:\\.[\\w-]*){0,2}' }, // JWT, JWE
  { pattern: 'sk-[A-Za-z0-9_-]{14,}', accepts: mixed },
  { pattern: '(?:sk|rk)_(?:live|test|prod)_[\\w-]{8,}' }, // Stripe
  { pattern: 'whsec_[\\w+/=-]{8,}' },
  { pattern: 'AIza[\\w-]{16,}' }, // Google
  { pattern: 'ya29\\.[\\w.-]{8,}' },
  { pattern: 'GOCSPX-[\\w-]{10,}' },
  { pattern: '1//0[\\w-]{20,}' },
  { pattern: 'npm_[A-Za-z0-9]{16,}', accepts: mixed },
  { pattern: 'pypi-[\\w-]{16,}', accepts: withDigitAndUpper },
  { pattern: 'pypi-AgE[\\w-]{8,}' },
  { pattern: 'dckr_(?:pat|oat)_[\\w-]{8,}' },
  { pattern: 'hv[sbr]\\.[\\w-]{8,}' }, // HashiCorp Vault
  { pattern: 's\\.[A-Za-z0-9]{24}(?![A-Za-z0-9.])', accepts: withDigitAndUpper },
  { pattern: '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{20,}' },
  { pattern: 'SG\\.[\\w-]{8,}\\.[\\w-]{8,}' }, // SendGrid
  { pattern: 'do[por]_v1_[A-Za-z0-9_-]{8,}' }, // DigitalOcean
  { pattern: 'shp(?:at|ca|pa|ss)_[A-Za-z0-9_-]{8,}' }, // Shopify
  { pattern: 'hf_[A-Za-z0-9]{16,}', accepts: mixed },
  { pattern: 'key-[A-Za-z0-9]{24,}', accepts: (match) => /\d/.test(match) }, // Mailgun
  { pattern: '(?:NRAK|NRJS|NRII)-[A-Za-z0-9_-]{8,}' }, // New Relic
  { pattern: 'PMAK-[A-Za-z0-9-]{12,}' },
  { pattern: 'EAA[A-Z][A-Za-z0-9]{20,}', accepts: (match) => /\d/.test(match) || /[a-z]/.test(match) }, // Meta
  { pattern: 'AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Za-z-]{8,}' },
  { pattern: 'lin_(?:api|oauth)_[A-Za-z0-9]{12,}' },
  { pattern: 'rubygems_[A-Za-z0-9]{16,}' },
  { pattern: 'gl(?:sa|c)_[\\w+/=-]{16,}' }, // Grafana
  { pattern: 'sntry[su]_[\\w+/=-]{12,}' },
  { pattern: 'dapi[0-9a-f]{32}' }, // Databricks
  { pattern: 'sq0(?:atp|csp)-[\\w-]{12,}' },
  { pattern: 'ATATT3[\\w=-]{16,}' }, // Atlassian
  { pattern: 'ATBB[A-Za-z0-9]{20,}' },
  { pattern: 'xkeysib-[\\w-]{16,}' },
  {
    pattern: '(?:nfp|sbp|tfp|figd|r8|gsk|secret|ntn|CLOJARS)_[A-Za-z0-9]{24,}',
    accepts: (match) => /\d/.test(match),
  },
  { pattern: 'pscale_(?:tkn|pw|oauth)_[\\w.-]{12,}' },
  { pattern: 'dt0[a-z]\\d{2}\\.[A-Z0-9]{12,}\\.[A-Z0-9]{16,}' },
  { pattern: '(?:pplx|xai|CFPAT|FLWSECK|dp\\.pt|dp\\.st)[-.][A-Za-z0-9_.-]{20,}', accepts: mixed },
  { pattern: 'SWMTKN-1-[\\w-]{10,}' }, // Docker swarm
  { pattern: 'K10[0-9a-f]{20,}::[\\w:.-]{8,}' }, // k3s
  { pattern: 'tskey-[\\w-]{12,}' },
  { pattern: 'oy2[a-z0-9]{43}' }, // NuGet
  { pattern: '\\d{8,10}:AA[A-Za-z0-9_-]{30,}' }, // Telegram
  { pattern: 'ops_eyJ[\\w+/=-]{16,}' }, // 1Password, a service account and an account's key
  { pattern: 'A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}' },
  { pattern: '[\\w.~-]{3}[78]Q~[\\w.~-]{28,}' }, // Azure AD
  { pattern: 'fm[12][ar]?_[\\w+/=-]{16,}(?:,fm[12][ar]?_[\\w+/=-]{16,})*', accepts: mixed }, // Fly
  { pattern: 'fo1_[\\w-]{24,}', accepts: mixed },
  { pattern: 'api_org_[A-Za-z0-9]{16,}', accepts: mixed }, // Hugging Face
  { pattern: 'ABSK[A-Za-z0-9+/]{24,}={0,2}', accepts: mixed }, // Bedrock
  { pattern: 'bedrock-api-key-[\\w+/-]{12,}={0,2}', accepts: mixed },
  { pattern: '(?:[a-z]{2}\\d{2}xx)?[0-9a-f]{30,36}(?:FFFF)?NRAL' }, // New Relic
  { pattern: 'AKCp[A-Za-z0-9]{10,}' }, // Artifactory
  { pattern: 'cmVmdGtu[A-Za-z0-9+/]{12,}={0,2}' },
  { pattern: 'sq[apu]_[A-Za-z0-9]{16,}', accepts: mixed }, // Sonar
  { pattern: 'EZ[AT]K[A-Za-z0-9]{40,}' }, // EasyPost
  { pattern: 'HRKU-[\\w-]{24,}' }, // Heroku
  { pattern: 'AQVN[\\w-]{30,}' }, // Yandex
  { pattern: 'pat[A-Za-z0-9]{14}\\.[0-9a-f]{40,}' }, // Airtable
  { pattern: 'pul-[0-9a-f]{40}' }, // Pulumi
  { pattern: 'v1\\.0-[0-9a-f]{24}-[0-9a-f]{64,}' }, // Cloudflare's origin CA
  { pattern: 'ls(?:v2)?_(?:pt|sk)_[0-9a-f]{24,}(?:_[0-9a-f]{6,})?' }, // LangSmith
  { pattern: '(?:shippo|duffel|lob)_(?:live|test)_[\\w-]{16,}' },
  { pattern: '(?:nvapi|tvly|mlsn|CCIPAT|rdme|rpa|bkua|ddp|phx)[-._][\\w-]{24,}', accepts: mixed },
  { pattern: 'LS0tLS1CRUdJTi(?!BDRVJU|BQVUJMSUM|BSU0EgUFVCTElD)[A-Za-z0-9+/=_-]{8,}' }, // base64 of a private key block
];

const KNOWN = new RegExp(`(?<![A-Za-z0-9_])(?:${FORMATS.map((format) => format.pattern).join('|')})`, 'g');
const CHECKED = FORMATS.map(({ pattern, accepts }) => ({ whole: new RegExp(`^(?:${pattern})$`), accepts }));

/** Formats that may follow a letter, a digit or nothing at all. */
const HASHES: Format[] = [
  {
    pattern:
      '(?:\\\\{0,2}\\$){1,2}(?:1|2[abxy]?|5|6|7|8|9|y|gy|apr1|sha1|md5|P|H|argon2(?:id|i|d)|pbkdf2-?\\w{0,10}|scrypt)(?:\\\\{0,2}\\$){1,2}[./A-Za-z0-9=,+$\\\\-]{8,}',
  },
  {
    pattern:
      '\\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT|PBKDF2\\w{0,12}|SHA512-CRYPT|BLF-CRYPT|ARGON2ID?)\\}[./A-Za-z0-9=+$,-]{8,}',
  },
  { pattern: 'SCRAM-SHA-(?:1|256)\\\\?\\$\\d{1,7}:[A-Za-z0-9+/=:$\\\\]{8,}' },
  { pattern: '(?<![\\w*])\\*[0-9A-F]{40}(?![0-9A-Za-z])' }, // MySQL native
];

const HASHED = new RegExp(HASHES.map((format) => `(?:${format.pattern})`).join('|'), 'gi');

/** A credential scheme with its credential; prose such as "Basic authentication" is not one. */
const SCHEME = /(?<![A-Za-z0-9])(?:bearer|basic)(?:[ \t]{1,4}|%20|\\ )([A-Za-z0-9._~+/=|-]{8,})/gi;

/** Spans of the secrets recognisable by shape alone. */
export function findKnownFormats(text: string): Span[] {
  const spans = keyBlocks(text);
  for (const match of allMatches(text, KNOWN)) {
    const isSecret = CHECKED.some(
      ({ whole, accepts }) => whole.test(match[0]) && (!accepts || accepts(match[0])),
    );
    if (isSecret) {
      spans.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  if (/[${*]/.test(text)) {
    for (const match of allMatches(text, HASHED))
      spans.push({ start: match.index, end: match.index + match[0].length });
  }
  for (const match of allMatches(text, SCHEME)) {
    const credential = match[1] ?? '';
    if (
      /^[A-Z][A-Z0-9_]*=./.test(credential) || // the next variable
      (!/\d/.test(credential) &&
        !(credential.length >= 16 && /[A-Z]/.test(credential) && /[a-z]/.test(credential)))
    )
      continue;
    const end = match.index + match[0].length;
    spans.push({ start: end - credential.length, end });
  }
  return spans;
}

const BEGIN = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g;
const PUTTY = /Private-Lines:\s{0,4}\d{1,4}/g;
const PUTTY_MAC = /Private-(?:MAC|Hash):\s{0,4}([0-9a-fA-F]{16,})/g;
const KEY_RUN = /[A-Za-z0-9+/]{40,}={0,2}/g;

/** Spans of private key bodies: PEM, OpenSSH, PGP, SSH2, PuTTY; an unclosed block ends with its quote or the text. */
function keyBlocks(text: string): Span[] {
  const spans: Span[] = [];
  if (text.includes('PRIVATE KEY')) pemBodies(text, spans);
  if (text.includes('Private-')) puttyBodies(text, spans);
  return spans;
}

function pemBodies(text: string, spans: Span[]): void {
  BEGIN.lastIndex = 0;
  let noEnd = false;
  let runsSought = false;
  for (let match = BEGIN.exec(text); match; match = BEGIN.exec(text)) {
    const from = match.index + match[0].length;
    const close = noEnd ? -1 : endMark(text, from);
    if (close >= 0) {
      push(text, from, close, spans);
      BEGIN.lastIndex = close;
      continue;
    }
    noEnd = true;
    const quote = /["']/g;
    quote.lastIndex = from;
    const end = quote.exec(text)?.index ?? text.length;
    if (/[A-Za-z0-9+/]{2}/.test(text.slice(from, end).replaceAll(REDACTED, ''))) {
      push(text, from, end, spans);
      BEGIN.lastIndex = end;
    }
    if (runsSought) continue;
    // `echo "-----BEGIN ...-----" >> key; echo "MIIE..." >> key`: the body comes in pieces.
    runsSought = true;
    KEY_RUN.lastIndex = from;
    for (let run = KEY_RUN.exec(text); run; run = KEY_RUN.exec(text)) {
      if (/\d/.test(run[0]) && /[A-Z]/.test(run[0]))
        spans.push({ start: run.index, end: run.index + run[0].length });
    }
  }
}

function endMark(text: string, from: number): number {
  const five = text.indexOf('-----END', from);
  if (five >= 0) return five;
  return text.indexOf('---- END', from);
}

function puttyBodies(text: string, spans: Span[]): void {
  PUTTY.lastIndex = 0;
  for (let match = PUTTY.exec(text); match; match = PUTTY.exec(text)) {
    const from = match.index + match[0].length;
    const mac = text.indexOf('Private-', from);
    const end = mac < 0 ? text.length : mac;
    push(text, from, end, spans);
    PUTTY.lastIndex = end;
  }
  for (const match of allMatches(text, PUTTY_MAC)) {
    const value = match[1] ?? '';
    const end = match.index + match[0].length;
    spans.push({ start: end - value.length, end });
  }
}

/** The body without the line breaks around it, real or written out. */
function push(text: string, from: number, to: number, spans: Span[]): void {
  let start = from;
  let end = to;
  for (;;) {
    if (start < end && isBlank(text.charCodeAt(start))) start++;
    else if (start + 1 < end && text[start] === '\\' && /[nr\\]/.test(text[start + 1] ?? ''))
      start += text[start + 1] === '\\' ? 1 : 2;
    else break;
  }
  for (;;) {
    if (end > start && isBlank(text.charCodeAt(end - 1))) end--;
    else if (end - 1 > start && /[nr]/.test(text[end - 1] ?? '') && text[end - 2] === '\\') end -= 2;
    else if (end > start && text[end - 1] === '\\') end--;
    else break;
  }
  if (text.slice(start, end) === REDACTED) return;
  if (end > start) spans.push({ start, end });
}
