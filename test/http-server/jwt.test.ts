/** JWTs of a made-up authorization server, one fault each, and what happens when it cannot be reached. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Replica, startReplica } from './replica.ts';

const PING = { jsonrpc: '2.0', id: 0, method: 'ping' };
const AUDIENCE = 'http://127.0.0.1:0/mcp';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** By the ids under which they are published. */
const pairs: Record<string, Pair> = {};
beforeAll(async () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA'])
    pairs[alg] = await generateKeyPair(alg, { extractable: true });
  // RSA keys take long to make, and the same will do.
  const { privateKey, publicKey } = pairs['RS256'] as Pair;
  const under = async (key: Pair['publicKey']) =>
    (await importJWK(await exportJWK(key), 'PS256', { extractable: true })) as Pair['publicKey'];
  pairs['PS256'] = { privateKey: await under(privateKey), publicKey: await under(publicKey) };
});

/** An authorization server: its metadata at one of the places, and its keys. */
async function startIssuer(
  place = '/.well-known/oauth-authorization-server/realm',
  changed: object = {},
  keysAt = '/keys',
) {
  const asked: string[] = [];
  const server: Server = createServer(async ({ url = '' }, response) => {
    asked.push(url);
    if (url === place) response.end(JSON.stringify({ issuer, jwks_uri: origin + keysAt, ...changed }));
    else if (url === '/keys') {
      const keys = Object.entries(pairs).map(async ([kid, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid,
      }));
      response.end(JSON.stringify({ keys: await Promise.all(keys) }));
    } else if (url === '/moved') response.writeHead(302, { Location: '/keys' }).end();
    else if (url === '/large') response.end(' '.repeat(9_000_000));
    else if (url === '/page') response.end('<html>');
    else if (place !== 'silent') response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/realm`;
  return {
    issuer,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Issuer = Awaited<ReturnType<typeof startIssuer>>;
let issuer: Issuer;
let replica: Replica;
beforeAll(async () => {
  issuer = await startIssuer();
  replica = await startReplica({ env: { TCSS_HTTP_ISSUER: issuer.issuer, TCSS_HTTP_SCOPE: 'tcss:read' } });
});
afterAll(async () => {
  await replica.close();
  issuer.close();
});

const nowS = () => Math.floor(Date.now() / 1000);

type Claims = { readonly [Name in keyof JWTPayload]: JWTPayload[Name] | undefined };

/** A token as it should be, with claims changed or, if undefined, left out. */
function tokenWith(changed: Claims = {}, alg = 'RS256', kid = alg, key = pairs[alg]?.privateKey) {
  if (key === undefined) throw new Error(`no key of ${alg}`);
  const claims = {
    iss: issuer.issuer,
    aud: AUDIENCE,
    sub: 'ada FAKE\n',
    exp: nowS() + 60,
    scope: 'openid tcss:read',
    ...changed,
  };
  return new SignJWT(claims as JWTPayload).setProtectedHeader({ alg, kid }).sign(key);
}

const ask = (token: string, one = replica) =>
  one.send({ headers: { Authorization: `Bearer ${token}` }, body: PING });

describe('a token', () => {
  test('that is right calls under its subject, whichever key it is signed with', async () => {
    const tokens = [
      await tokenWith(),
      await tokenWith({}, 'PS256'),
      await tokenWith({}, 'ES256'),
      await tokenWith({}, 'EdDSA'),
      await tokenWith({ aud: ['https://other.example.com', AUDIENCE] }),
      await tokenWith({ scope: undefined, scp: ['tcss:read'] }),
      await tokenWith({ scope: undefined, scp: 'a tcss:read' }),
      await tokenWith({ exp: nowS() - 10 }),
    ];
    for (const token of tokens) expect((await ask(token)).status).toBe(200);

    await expect.poll(() => replica.log.at(-1)).toContain('caller ada?FAKE? (JWT)');
    expect(replica.metrics()).toContain('tcss_mcp_requests_total{caller="jwt"} 8');
    // The metadata once, the keys once.
    expect(issuer.asked).toHaveLength(2);
    for (const token of tokens) expect(replica.log.join('')).not.toContain(token.slice(-20));
  });

  test.each<[string, () => Promise<string> | string, string]>([
    ['expired', () => tokenWith({ exp: nowS() - 60 }), 'The access token expired'],
    ['without an expiry', () => tokenWith({ exp: undefined }), 'The access token lacks the claim exp'],
    ['without a subject', () => tokenWith({ sub: undefined }), 'The access token lacks the claim sub'],
    ['with no name', () => tokenWith({ sub: '' }), "The access token's sub names nobody"],
    ['with more than a name', () => tokenWith({ sub: {} as string }), "The access token's sub names nobody"],
    ['not valid yet', () => tokenWith({ nbf: nowS() + 60 }), 'The access token is not valid at this time'],
    [
      'for another audience',
      () => tokenWith({ aud: 'https://other.example.com' }),
      'The access token was issued for another audience',
    ],
    ['for no audience', () => tokenWith({ aud: undefined }), 'The access token lacks the claim aud'],
    [
      'of another issuer',
      () => tokenWith({ iss: `${issuer.issuer}/` }),
      'The access token is of another issuer',
    ],
    [
      'signed by another',
      async () => tokenWith({}, 'ES256', 'ES256', (await generateKeyPair('ES256')).privateKey),
      'The access token is not valid',
    ],
    [
      'of an unknown key',
      () => tokenWith({}, 'RS256', 'other'),
      'The access token is signed with an unknown key',
    ],
    [
      'unsigned',
      () => new UnsecuredJWT({ sub: 'x' }).encode(),
      'The access token is signed with an algorithm that is not accepted',
    ],
    [
      'signed with a shared secret',
      () => new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32)),
      'The access token is signed with an algorithm that is not accepted',
    ],
    [
      'of an algorithm that is not listed',
      async () => tokenWith({}, 'ES384', 'x', (await generateKeyPair('ES384')).privateKey),
      'The access token is signed with an algorithm that is not accepted',
    ],
    ['cut', async () => (await tokenWith()).slice(0, -5), 'The access token is not valid'],
    ['made up', () => 'a.b.c', 'The access token is not valid'],
    ['no JWT', () => 'FAKE'.repeat(10), 'The token is no JWT and not one of this server'],
  ])('%s: 401', async (_what, make, why) => {
    const { status, headers, json } = await ask(await make());

    expect(json).toEqual({ error: 'invalid_token', error_description: why });
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe(
      `Bearer error="invalid_token", error_description="${why}", scope="tcss:read", resource_metadata="http://127.0.0.1:0/.well-known/oauth-protected-resource/mcp"`,
    );
  });

  test.each([
    { scope: 'tcss:readx' },
    { scope: undefined },
    { scope: undefined, scp: ['other'] },
    { scope: 7 },
  ])('without the scope, %j: 403', async (claims) => {
    const { status, headers, json } = await ask(await tokenWith(claims));

    expect([status, json.error]).toEqual([403, 'insufficient_scope']);
    expect(headers['www-authenticate']).toMatch(
      /^Bearer error="insufficient_scope", scope="tcss:read", resource_metadata="/,
    );
  });

  test('that is missing: a challenge without an error', async () => {
    const { headers } = await replica.send({ body: PING });

    expect(headers['www-authenticate']).toMatch(/^Bearer scope="tcss:read", resource_metadata="[^"]*"$/);
  });
});

test('the metadata of the resource need no token, and say where to get one', async () => {
  for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp']) {
    const { status, json, headers } = await replica.send({ method: 'GET', path });

    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(json).toEqual({
      resource: AUDIENCE,
      authorization_servers: [issuer.issuer],
      scopes_supported: ['tcss:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Tencent Cloud container image risks',
    });
  }
});

describe('the authorization server', () => {
  async function withIssuer(
    place?: string,
    changed?: object,
    env: Record<string, string> = {},
    keysAt?: string,
  ) {
    const own = await startIssuer(place, changed, keysAt);
    const one = await startReplica({ env: { TCSS_HTTP_ISSUER: own.issuer, ...env } });
    onTestFinished(async () => {
      own.close();
      await one.close();
    });
    const token = () => tokenWith({ iss: own.issuer });
    return { own, one, token };
  }

  test.each(['/.well-known/openid-configuration/realm', '/realm/.well-known/openid-configuration'])(
    'may have its metadata at %s',
    async (place) => {
      const { one, token } = await withIssuer(place);

      expect((await ask(await token(), one)).status).toBe(200);
    },
  );

  test.each([
    ['that name another issuer', { issuer: 'https://other.example.com' }],
    ['with keys over http', { jwks_uri: 'http://keys.example.com/' }],
    ['without keys', { jwks_uri: undefined }],
  ])('with metadata %s: 503', async (_what, changed) => {
    const { one, token } = await withIssuer(undefined, changed);

    expect((await ask(await token(), one)).status).toBe(503);
  });

  test.each([
    ['/moved', 'HTTP status 302'],
    ['/large', 'the answer is larger than 8388608 bytes'],
    ['/page', 'ERR_JOSE_GENERIC'],
  ])('with keys at %s: 503', async (keysAt, why) => {
    const { own, one, token } = await withIssuer(undefined, {}, {}, keysAt);

    expect((await ask(await token(), one)).status).toBe(503);
    expect(one.log.join('')).toContain(`the keys of TCSS_HTTP_ISSUER cannot be read: ${why}\n`);
    expect(own.asked).not.toContain('/keys');
  });

  test('that is silent: 503 in seconds, however many places there are for its metadata', async () => {
    const { one, token } = await withIssuer('silent');
    const startedMs = performance.now();

    expect((await ask(await token(), one)).status).toBe(503);
    expect(performance.now() - startedMs).toBeLessThan(5500);
  });

  test('that cannot be reached: 503, which is told in the log, and not 401; then all is well again', async () => {
    const { own, one, token } = await withIssuer('/not-yet');
    const { status, headers, json } = await ask(await token(), one);

    expect([status, headers['retry-after'], json.error]).toEqual([503, '5', 'temporarily_unavailable']);
    expect(one.log.join('')).toMatch(/error: the keys of TCSS_HTTP_ISSUER cannot be read: HTTP status 404/);
    expect(own.asked).toHaveLength(3);
    const other = await withIssuer();
    other.own.close();
    expect((await ask(await other.token(), other.one)).status).toBe(503);
  });

  test('beside named tokens: either will do', async () => {
    const { one, token } = await withIssuer(undefined, {}, { TCSS_HTTP_TOKENS: `bot FAKE${'x'.repeat(32)}` });

    expect((await ask(`FAKE${'x'.repeat(32)}`, one)).status).toBe(200);
    expect((await ask(await token(), one)).status).toBe(200);
  });

  test('that is named by an audience of its own', async () => {
    const { one, token } = await withIssuer(undefined, {}, { TCSS_HTTP_AUDIENCE: 'api://client-id' });

    expect((await ask(await token(), one)).status).toBe(401);
  });
});
