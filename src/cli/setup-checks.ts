/** Checks of what this process was given: Node, settings, certificates, a key pair. They ask nobody. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Config, parseConfig, SETTINGS, variablesSet, variablesUnfilled } from '../config.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { ConfigError } from '../errors.ts';
import type { Terminal } from '../host.ts';
import { NAME, VERSION } from '../version.ts';
import type { Wired } from '../wire.ts';
import { type Check, type Checked, failed, notTried, ok, warning } from './check.ts';

/** What runs; a Node that is too old was refused before. */
export function checkNode({ nodeVersion, platform }: Terminal): Check {
  return ok('node', `Node.js ${nodeVersion} on ${platform}, ${NAME} ${VERSION}`);
}

/** Names that look like settings of this server and are none. */
const OWN_PREFIX = /^TCSS_[A-Z_]{1,40}$/;

/** The settings, unless they cannot be used, and the check of them; names variables, never values. */
export function checkSettings({ env }: Terminal): { check: Check; config?: Config } {
  const name = 'settings';
  let config: Config;
  try {
    config = parseConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { check: failed(name, error.message, 'correct or unset what is named') };
  }
  const problems: string[] = [];
  const unfilled = variablesUnfilled(env);
  if (unfilled.length > 0) {
    problems.push(`${unfilled.join(', ')} holds a \${...} that was not filled in, and counts as unset`);
  }
  const strange = Object.keys(env).filter((key) => OWN_PREFIX.test(key) && !SETTINGS.includes(key));
  if (strange.length > 0) problems.push(`${strange.join(', ')} is no setting of this server`);
  // What Node itself takes for off, and only that.
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    problems.push(
      'NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is checked: anyone on the way can read and change answers',
    );
  }
  if (problems.length > 0) {
    const cure = 'correct the environment that the MCP client gives this server';
    return { config, check: warning(name, problems.join('; '), cure) };
  }
  const set = variablesSet(env);
  return { config, check: ok(name, set.length > 0 ? `set: ${set.join(', ')}` : 'all at their defaults') };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** NODE_EXTRA_CA_CERTS, which Node passes over without a failure when it cannot be used. */
export function checkCertificates({ env }: Terminal): Check {
  const name = 'ca';
  const path = env['NODE_EXTRA_CA_CERTS'] ?? '';
  if (path === '') return ok(name, "NODE_EXTRA_CA_CERTS is not set; Node's own authorities are used");
  const cure = 'set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // The message holds the path.
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    return failed(name, `the file of NODE_EXTRA_CA_CERTS cannot be read${code}`, cure);
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  const readable = certificates.filter(isReadable).length;
  if (readable === 0) {
    return failed(name, 'the file of NODE_EXTRA_CA_CERTS holds no certificate that can be read', cure);
  }
  const damaged = certificates.length - readable;
  if (damaged === 0) return ok(name, `NODE_EXTRA_CA_CERTS adds ${readable} to Node's own authorities`);
  const them = damaged === 1 ? 'it' : 'them';
  return warning(
    name,
    `of ${certificates.length} certificates in the file of NODE_EXTRA_CA_CERTS ${damaged} cannot be read`,
    `take ${them} out of the file: Node may pass over those behind ${them}`,
  );
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false; // damaged
  }
}

const SOURCE = 'credentials';
const SHAPE = 'key shape';

/** The checks of the key pair, in order. */
export const CREDENTIAL_CHECKS = [SOURCE, SHAPE] as const;

/** The failure itself names what is wrong; this is what mends it whatever that is. */
const CURE =
  'mend what is named, or set both variables of the key pair in the environment that the MCP client gives this server';

/** `warnings` gives what was warned of so far, such as a file that others can read. */
export function checkCredentials(
  credentials: Wired['credentials'],
  demo: boolean,
  warnings: () => readonly string[],
): Checked {
  if (demo) {
    return { checks: CREDENTIAL_CHECKS.map((name) => ok(name, 'not needed: the demo has its own')) };
  }
  let pair: Credentials;
  try {
    pair = credentials();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const blocked = 'there are no credentials that can be used';
    return { checks: [failed(SOURCE, error.message, CURE), ...notTried([SHAPE], blocked)], blocked };
  }
  const from = `they come from ${pair.source ?? 'an unnamed source'}`;
  const found = pair.renewal === undefined ? from : `${from}, a login that has not expired`;
  const warned = warnings();
  const source = warned.length > 0 ? warning(SOURCE, [found, ...warned].join('; ')) : ok(SOURCE, found);
  const shape = checkKeyShape(pair);
  // A SecretKey in the place of the SecretId would be sent in clear.
  const blocked = shape.status === 'failed' ? 'the key pair cannot be right' : undefined;
  return { checks: [source, shape], blocked };
}

/** How the SecretIds of published samples begin; nothing else is published of their shape. */
const ID_BEGINS = 'AKID';

const QUOTES = /^["'`]|["'`]$/;

/** What the look of a pair tells; values appear as their lengths alone. */
export function checkKeyShape({ secretId, secretKey, token }: Credentials): Check {
  const quoted = Object.entries({ SecretId: secretId, SecretKey: secretKey, token })
    .filter(([, value]) => QUOTES.test(value ?? ''))
    .map(([part]) => part);
  if (quoted.length > 0) {
    const cure = 'take the quotation marks out of the values';
    return failed(SHAPE, `${quoted.join(' and ')} begins or ends with a quotation mark`, cure);
  }
  const looksLikeId = (value: string) => value.startsWith(ID_BEGINS);
  if (looksLikeId(secretKey) && !looksLikeId(secretId)) {
    return failed(
      SHAPE,
      `the SecretKey begins with ${ID_BEGINS}, as a SecretId does: the two look swapped`,
      'exchange the values of SecretId and SecretKey',
    );
  }
  if (secretId === secretKey) {
    return failed(SHAPE, 'SecretId and SecretKey are the same', 'copy both from the console anew');
  }
  const ofToken = token === undefined ? 'no token' : `a token of ${token.length}`;
  const lengths = `a SecretId of ${secretId.length} characters, a SecretKey of ${secretKey.length}, ${ofToken}`;
  if (looksLikeId(secretId)) return ok(SHAPE, lengths);
  return warning(
    SHAPE,
    `${lengths}; the SecretId does not begin with ${ID_BEGINS}, as those of published samples do`,
    'compare it with the one in the console',
  );
}
