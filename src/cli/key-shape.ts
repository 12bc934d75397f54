/** What the look of a key pair tells, without showing any of it. Pure. */
import type { Credentials } from '../credentials/credentials.ts';
import { type Check, failed, ok, warning } from './check.ts';

/** How the SecretIds of published samples begin; nothing else is published of their shape. */
const ID_BEGINS = 'AKID';

const QUOTES = /^["'`]|["'`]$/;

/** The check; values appear as their lengths alone. */
export function checkKeyShape(name: string, { secretId, secretKey, token }: Credentials): Check {
  const quoted = Object.entries({ SecretId: secretId, SecretKey: secretKey, token })
    .filter(([, value]) => QUOTES.test(value ?? ''))
    .map(([part]) => part);
  if (quoted.length > 0) {
    const cure = 'take the quotation marks out of the values';
    return failed(name, `${quoted.join(' and ')} begins or ends with a quotation mark`, cure);
  }
  const looksLikeId = (value: string) => value.startsWith(ID_BEGINS);
  if (looksLikeId(secretKey) && !looksLikeId(secretId)) {
    return failed(
      name,
      `the SecretKey begins with ${ID_BEGINS}, as a SecretId does: the two look swapped`,
      'exchange the values of SecretId and SecretKey',
    );
  }
  if (secretId === secretKey) {
    return failed(name, 'SecretId and SecretKey are the same', 'copy both from the console anew');
  }
  const lengths = `a SecretId of ${secretId.length} characters, a SecretKey of ${secretKey.length}, ${
    token === undefined ? 'no token' : `a token of ${token.length}`
  }`;
  if (looksLikeId(secretId)) return ok(name, lengths);
  return warning(
    name,
    `${lengths}; the SecretId does not begin with ${ID_BEGINS}, as those of published samples do`,
    'compare it with the one in the console',
  );
}
