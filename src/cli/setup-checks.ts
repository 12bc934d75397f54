/** Checks of Node, settings, certificates and the key pair, without any request. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Config, offered, parseConfig, SETTINGS, variablesSet, variablesUnfilled } from '../config.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { ConfigError } from '../errors.ts';
import type { Terminal } from '../host.ts';
import { HTTP_SETTINGS } from '../http-server/settings.ts';
import type { AnyTool } from '../tool.ts';
import { tools as menu } from '../tools/index.ts';
import { NAME, VERSION } from '../version.ts';
import type { Wired } from '../wire.ts';
import { type Check, type Checked, failed, notTried, ok, warning } from './check.ts';

/** Node that is too old was refused before. */
export function checkNode({ nodeVersion, platform }: Terminal): Check {
  return ok('node', `Node.js ${nodeVersion} on ${platform}, ${NAME} ${VERSION}`);
}

/** Names that look like settings of this server. */
const OWN_PREFIX = /^TCSS_[A-Z_]{1,40}$/;

/** Checks the settings, and gives them and the tools they offer. Names variables, never values. */
export function checkSettings({ env }: Terminal): {
  readonly check: Check;
  /** Absent if they cannot be used; `tools` are all of them then. */
  readonly config?: Config;
  readonly tools: readonly AnyTool[];
} {
  const name = 'settings';
  let config: Config;
  let tools: readonly AnyTool[];
  try {
    config = parseConfig(env);
    tools = offered(menu, config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { check: failed(name, error.message, 'correct or unset what is named'), tools: menu };
  }
  const problems: string[] = [];
  const unfilled = variablesUnfilled(env);
  if (unfilled.length > 0) {
    problems.push(`${unfilled.join(', ')} contains a \${...} that was not filled in, and counts as unset`);
  }
  const known = [...SETTINGS, ...HTTP_SETTINGS];
  const strange = Object.keys(env).filter((key) => OWN_PREFIX.test(key) && !known.includes(key));
  if (strange.length > 0) problems.push(`${strange.join(', ')} is not a setting of this server`);
  // The only value by which Node turns it off.
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    problems.push(
      'NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is checked: anyone in between can read and change answers',
    );
  }
  if (problems.length > 0) {
    const fix = 'correct the environment that the MCP client gives this server';
    return { config, tools, check: warning(name, problems.join('; '), fix) };
  }
  const set = variablesSet(env);
  const found = set.length > 0 ? `set: ${set.join(', ')}` : 'all at their defaults';
  return { config, tools, check: ok(name, found) };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** NODE_EXTRA_CA_CERTS, which Node ignores when it cannot be used. */
export function checkCertificates({ env }: Terminal): Check {
  const name = 'ca';
  const path = env['NODE_EXTRA_CA_CERTS'] ?? '';
  if (path === '') return ok(name, "NODE_EXTRA_CA_CERTS is not set; Node's own authorities are used");
  const fix = 'set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // The message holds the path.
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    return failed(name, `the file of NODE_EXTRA_CA_CERTS cannot be read${code}`, fix);
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  const readable = certificates.filter(isReadable).length;
  if (readable === 0) {
    return failed(name, 'the file of NODE_EXTRA_CA_CERTS contains no readable certificate', fix);
  }
  const damaged = certificates.length - readable;
  if (damaged === 0) return ok(name, `NODE_EXTRA_CA_CERTS adds ${readable} to Node's own authorities`);
  const them = damaged === 1 ? 'it' : 'them';
  return warning(
    name,
    `${damaged} of ${certificates.length} certificates in the file of NODE_EXTRA_CA_CERTS cannot be read`,
    `remove ${them} from the file: Node may ignore those after ${them}`,
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

/** The failure itself says what is wrong. */
const FIX =
  'correct it, or set both variables of the key pair in the environment that the MCP client gives this server';

/** `warnings` gives the warnings so far, such as one of a file that others can read. */
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
    return { checks: [failed(SOURCE, error.message, FIX), ...notTried([SHAPE], blocked)], blocked };
  }
  const from = `they come from ${pair.source ?? 'an unnamed source'}`;
  const found = pair.renewal === undefined ? from : `${from}, a login that has not expired`;
  const warned = warnings();
  const source = warned.length > 0 ? warning(SOURCE, [found, ...warned].join('; ')) : ok(SOURCE, found);
  const shape = checkKeyShape(pair);
  // A SecretKey given as SecretId would be sent in clear text.
  const blocked = shape.status === 'failed' ? 'the key pair cannot be right' : undefined;
  return { checks: [source, shape], blocked };
}

/** How SecretIds begin in published samples; nothing else about their form is published. */
const ID_BEGINS = 'AKID';

const QUOTES = /^["'`]|["'`]$/;

/** What the form of a pair tells. Of values only their lengths are shown. */
export function checkKeyShape({ secretId, secretKey, token }: Credentials): Check {
  const quoted = Object.entries({ SecretId: secretId, SecretKey: secretKey, token })
    .filter(([, value]) => QUOTES.test(value ?? ''))
    .map(([part]) => part);
  if (quoted.length > 0) {
    const fix = 'remove the quotation marks from the values';
    return failed(SHAPE, `${quoted.join(' and ')} begins or ends with a quotation mark`, fix);
  }
  const looksLikeId = (value: string) => value.startsWith(ID_BEGINS);
  if (looksLikeId(secretKey) && !looksLikeId(secretId)) {
    return failed(
      SHAPE,
      `the SecretKey begins with ${ID_BEGINS}, as a SecretId does: the two seem to be swapped`,
      'exchange the values of SecretId and SecretKey',
    );
  }
  if (secretId === secretKey) {
    return failed(SHAPE, 'SecretId and SecretKey are the same', 'copy both from the console again');
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
