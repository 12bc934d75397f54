import { expect, test } from 'vitest';
import { checkKeyShape } from '../../src/cli/setup-checks.ts';

const ID = 'AKIDfakeFAKE0123456789abcdefghijklmn';
const KEY = 'FAKEkeyZyXwVuTsRqPoNmLkJiHgFeDcBa';

test.each<[string, { secretId: string; secretKey: string; token?: string }, string, string]>([
  [
    'a usual pair',
    { secretId: ID, secretKey: KEY },
    'ok',
    'a SecretId of 36 characters, a SecretKey of 33, no token',
  ],
  [
    'a temporary one',
    { secretId: ID, secretKey: KEY, token: 'FAKEtoken' },
    'ok',
    'a SecretId of 36 characters, a SecretKey of 33, a token of 9',
  ],
  [
    'swapped',
    { secretId: KEY, secretKey: ID },
    'failed',
    'the SecretKey begins with AKID, as a SecretId does: the two seem to be swapped',
  ],
  [
    'quotation marks',
    { secretId: `"${ID}"`, secretKey: `${KEY}'` },
    'failed',
    'SecretId and SecretKey begins or ends with a quotation mark',
  ],
  ['one value twice', { secretId: ID, secretKey: ID }, 'failed', 'SecretId and SecretKey are the same'],
  [
    'an id of another look',
    { secretId: 'FAKE', secretKey: KEY },
    'warning',
    'a SecretId of 4 characters, a SecretKey of 33, no token; the SecretId does not begin with AKID, as those of published samples do',
  ],
])('%s', (_name, pair, status, found) => {
  const check = checkKeyShape(pair);

  expect(check).toMatchObject({ status, found });
  expect(JSON.stringify(check)).not.toMatch(/FAKE/);
});
