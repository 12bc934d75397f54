/** Checks of where the key pair comes from and what it looks like. */
import { ConfigError } from '../errors.ts';
import type { Wired } from '../wire.ts';
import { type Checked, failed, notTried, ok, warning } from './check.ts';
import { checkKeyShape } from './key-shape.ts';

/** Their names, in order. */
export const CREDENTIAL_CHECKS = ['credentials', 'key shape'] as const;

/** The failure itself names what is wrong; this is what mends it whatever that is. */
const CURE =
  'mend what is named, or set both variables of the key pair in the environment that the MCP client gives this server';

/** `warnings` gives what was warned of so far, such as a file that others can read. */
export function checkCredentials(
  credentials: Wired['credentials'],
  demo: boolean,
  warnings: () => readonly string[],
): Checked {
  const [source, shape] = CREDENTIAL_CHECKS;
  if (demo) {
    return { checks: CREDENTIAL_CHECKS.map((name) => ok(name, 'not needed: the demo has its own')) };
  }
  try {
    const pair = credentials();
    const from = `they come from ${pair.source ?? 'an unnamed source'}`;
    const found = pair.renewal === undefined ? from : `${from}, a login that has not expired`;
    const warned = warnings();
    const look = checkKeyShape(shape, pair);
    return {
      checks: [warned.length > 0 ? warning(source, [found, ...warned].join('; ')) : ok(source, found), look],
      // A SecretKey in the place of the SecretId would be sent in clear.
      blocked: look.status === 'failed' ? 'the key pair cannot be right' : undefined,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const blocked = 'there are no credentials that can be used';
    return { checks: [failed(source, error.message, CURE), ...notTried([shape], blocked)], blocked };
  }
}
