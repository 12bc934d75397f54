import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/config.ts';
import { credentialsFrom } from '../../src/credentials/credentials.ts';
import { ConfigError } from '../../src/errors.ts';

const secretId = new Secret('AKIDexample-id-1');
const secretKey = new Secret('example-key-1');
const token = new Secret('example-token-1');

function complaint(settings: Parameters<typeof credentialsFrom>[0]): string {
  try {
    credentialsFrom(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('was accepted');
}

describe('credentialsFrom', () => {
  test('gives the pair, and a token only when there is one', () => {
    expect(credentialsFrom({ secretId, secretKey })).toEqual({
      secretId: 'AKIDexample-id-1',
      secretKey: 'example-key-1',
      source: 'the environment (TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY)',
    });
    expect(credentialsFrom({ secretId, secretKey, token })).toMatchObject({ token: 'example-token-1' });
  });

  test.each([
    ['no credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set', {}],
    ['no credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set', { token }],
    ['half of the key pair is missing: TENCENTCLOUD_SECRET_KEY not set', { secretId }],
    ['half of the key pair is missing: TENCENTCLOUD_SECRET_ID not set', { secretKey, token }],
  ])('says "%s" and no value', (words, settings) => {
    const message = complaint(settings);

    expect(message).toContain(words);
    expect(message).not.toContain('example-');
  });
});
