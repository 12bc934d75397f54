/** Checks of what this process was given: Node, settings, certificates. They ask nobody. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Config, parseConfig, SETTINGS, variablesSet, variablesUnfilled } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { NAME, VERSION } from '../version.ts';
import { type Check, failed, ok, warning } from './check.ts';
import type { Terminal } from './terminal.ts';

/** What runs; a Node that is too old was refused before. */
export function checkNode(name: string, { nodeVersion, platform }: Terminal): Check {
  return ok(name, `Node.js ${nodeVersion} on ${platform}, ${NAME} ${VERSION}`);
}

/** Names that look like settings of this server and are none. */
const OWN_PREFIX = /^TCSS_[A-Z_]{1,40}$/;

/** The settings, unless they cannot be used, and the check of them; names variables, never values. */
export function checkSettings(name: string, { env }: Terminal): { check: Check; config?: Config } {
  let config: Config;
  try {
    config = parseConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { check: failed(name, error.message, 'correct or unset what is named') };
  }
  const unfilled = variablesUnfilled(env);
  const strange = Object.keys(env).filter((key) => OWN_PREFIX.test(key) && !SETTINGS.includes(key));
  const problems = [
    ...(unfilled.length > 0
      ? [`${unfilled.join(', ')} holds a \${...} that was not filled in, and counts as unset`]
      : []),
    ...(strange.length > 0 ? [`${strange.join(', ')} is no setting of this server`] : []),
    // What Node itself takes for off, and only that.
    ...(env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
      ? [
          'NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is checked: anyone on the way can read and change answers',
        ]
      : []),
  ];
  if (problems.length > 0) {
    const cure = 'correct the environment that the MCP client gives this server';
    return { config, check: warning(name, problems.join('; '), cure) };
  }
  const set = variablesSet(env);
  return { config, check: ok(name, set.length > 0 ? `set: ${set.join(', ')}` : 'all at their defaults') };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** NODE_EXTRA_CA_CERTS, which Node passes over without a failure when it cannot be used. */
export function checkCertificates(name: string, { env }: Terminal): Check {
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
  if (damaged > 0) {
    return warning(
      name,
      `of ${certificates.length} certificates in the file of NODE_EXTRA_CA_CERTS ${damaged} cannot be read`,
      `take ${damaged === 1 ? 'it' : 'them'} out of the file: Node may pass over those behind ${damaged === 1 ? 'it' : 'them'}`,
    );
  }
  return ok(name, `NODE_EXTRA_CA_CERTS adds ${readable} to Node's own authorities`);
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false; // damaged
  }
}
