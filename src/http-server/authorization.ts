/** Who may call: named tokens, and JWTs of an authorization server. A token is kept as its digest alone. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import type { Log } from '../log.ts';
import { NAME } from '../version.ts';
import type { JwtVerifier } from './jwt.ts';
import { type HttpSettings, MCP_PATH } from './settings.ts';

/** Who sent a request. */
export interface Caller {
  /** For the log. */
  readonly name: string;
  /** Apart from all others, if callers can be told apart. */
  readonly id: string | undefined;
  /** For metrics: one of a list that no caller can make longer. */
  readonly label: string;
}

/** Why a request may not call, as RFC 6750 has it. */
export interface Denial {
  readonly reason: 'token' | 'scope' | 'keys_unavailable';
  readonly status: 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: string; readonly error_description: string };
}

/** Gives the caller of a request by its Authorization header, or why there is none. Never throws. */
export type Authorize = (authorization: string | undefined) => Promise<Caller | Denial>;

const ANYBODY: Caller = { name: 'anonymous', id: undefined, label: 'anonymous' };

const HOW = 'send the header `Authorization: Bearer TOKEN`';

/** `tokens` and `verifier` are the ways in which callers may prove who they are; without any, anybody may call. */
export function createAuthorize(
  settings: Pick<HttpSettings, 'url' | 'oauth'>,
  tokens: Tokens | undefined,
  verifier: JwtVerifier | undefined,
): Authorize {
  if (tokens === undefined && verifier === undefined) return async () => ANYBODY;
  const challenge = (error: Readonly<Record<string, string>>) => {
    const { oauth } = settings;
    const facts =
      oauth === undefined
        ? { realm: NAME, ...error }
        : {
            ...error,
            ...(oauth.scope && { scope: oauth.scope }),
            resource_metadata: metadataUrl(settings.url),
          };
    const parameters = Object.entries(facts).map(([name, value]) => `${name}="${value}"`);
    return { 'WWW-Authenticate': `Bearer ${parameters.join(', ')}` };
  };
  const noToken = (what: string, error: Readonly<Record<string, string>> = {}): Denial => ({
    reason: 'token',
    status: 401,
    headers: challenge(error),
    body: { error: 'invalid_token', error_description: what },
  });
  const badToken = (what: string) => noToken(what, { error: 'invalid_token', error_description: what });

  return async (authorization) => {
    if (authorization === undefined) return noToken(`No token was sent: ${HOW}`);
    const [, token] = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization) ?? [];
    if (token === undefined) return noToken(`The Authorization header holds no Bearer token: ${HOW}`);
    const name = tokens?.nameOf(token);
    if (name !== undefined) return { name, id: `token:${name}`, label: name };
    if (verifier === undefined) return badToken('The token is not one of this server');
    const verdict = await verifier(token);
    switch (verdict.kind) {
      case 'valid':
        return { name: `${cleaned(verdict.subject)} (JWT)`, id: `jwt:${verdict.subject}`, label: 'jwt' };
      case 'invalid':
        return badToken(verdict.why);
      case 'scope':
        return {
          reason: 'scope',
          status: 403,
          headers: challenge({ error: 'insufficient_scope' }),
          body: {
            error: 'insufficient_scope',
            error_description: 'The token lacks the scope of this server',
          },
        };
      default:
        return {
          reason: 'keys_unavailable',
          status: 503,
          headers: { 'Retry-After': '5' },
          body: {
            error: 'temporarily_unavailable',
            error_description: 'The keys of the authorization server cannot be read at the moment: try again',
          },
        };
    }
  };
}

/** A subject is whatever the authorization server calls its users, such as `auth0|5f7c` or an address. */
function cleaned(subject: string): string {
  return subject.slice(0, 64).replace(/[^\w.@|:+-]/g, '?');
}

const METADATA = '/.well-known/oauth-protected-resource';

/** The paths at which the metadata of the resource `url` are looked for. */
export function metadataPaths({ pathname }: URL): readonly string[] {
  return [METADATA, `${METADATA}${MCP_PATH}`, `${METADATA}${pathname}`];
}

function metadataUrl({ origin, pathname }: URL): string {
  return `${origin}${METADATA}${pathname}`;
}

/** What clients read to find the authorization server. @see https://www.rfc-editor.org/rfc/rfc9728 */
export function resourceMetadata({ url, oauth }: Pick<HttpSettings, 'url' | 'oauth'>) {
  return {
    resource: url.href,
    authorization_servers: [oauth?.issuer],
    ...(oauth?.scope && { scopes_supported: [oauth.scope] }),
    bearer_methods_supported: ['header'],
    resource_name: 'Tencent Cloud container image risks',
  };
}

/** The named tokens. */
export interface Tokens {
  /** The name of a token's owner, if it is one of them; takes the same time for each that is not. */
  nameOf(token: string): string | undefined;
  /** How many there are. */
  count(): number;
}

interface NamedDigest {
  readonly name: string;
  readonly digest: Buffer;
}

/** How often a file is looked at, at most. */
const LOOK_MS = 1000;

/**
 * The tokens of the settings, if there are any. A file is read again when it changes, within a second; while it cannot
 * be used, as in the middle of being written, the tokens before stay valid, and that is logged.
 * @throws {ConfigError} when they cannot be used at first.
 */
export function openTokens(
  { tokens, tokensFile }: Pick<HttpSettings, 'tokens' | 'tokensFile'>,
  log: Log,
): Tokens | undefined {
  if (tokens !== undefined) {
    const digests = parseTokens('TCSS_HTTP_TOKENS', tokens.reveal());
    return tokensAmong(() => digests);
  }
  if (tokensFile === undefined) return undefined;
  let readStamp = stampOf(tokensFile);
  let failedStamp = '';
  let lookedMs = performance.now();
  let digests = readTokens(tokensFile);
  return tokensAmong(() => {
    if (performance.now() - lookedMs < LOOK_MS) return digests;
    lookedMs = performance.now();
    const stamp = stampOf(tokensFile);
    if (stamp === readStamp) return digests;
    try {
      digests = readTokens(tokensFile);
      readStamp = stamp;
      log('info', `${FILE} has changed and holds ${digests.length} tokens`);
    } catch (error) {
      // Tried again, since the fault may be the machine's, but told once.
      if (stamp !== failedStamp) log('error', `${(error as Error).message}; the tokens before stay valid`);
      failedStamp = stamp;
    }
    return digests;
  });
}

function tokensAmong(digests: () => readonly NamedDigest[]): Tokens {
  return {
    nameOf(token) {
      const given = digestOf(token);
      let found: string | undefined;
      for (const { name, digest } of digests()) if (timingSafeEqual(given, digest)) found = name;
      return found;
    },
    count: () => digests().length,
  };
}

const FILE = 'the file of TCSS_HTTP_TOKENS_FILE';

/** @throws {ConfigError} */
function readTokens(path: string): readonly NamedDigest[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // The message holds the path.
    throw new ConfigError(`${FILE} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  return parseTokens(FILE, text);
}

/** Changes with what a path leads to; Kubernetes replaces a folder behind links. */
function stampOf(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return 'none';
  }
}

/** The name of a person or a client, and a token that cannot be guessed. */
const TOKEN_LINE = /^([\w.@-]{1,64})[ \t]+([\x21-\x7e]{32,4096})$/;

/**
 * Reads lines of a name and a token; empty ones and those that begin with # say nothing. A name may have several
 * tokens, so that one can replace another. @throws {ConfigError} that names a line and nothing of what it holds.
 */
function parseTokens(source: string, text: string): readonly NamedDigest[] {
  const owners = new Map<string, NamedDigest>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, token] = TOKEN_LINE.exec(line) ?? [];
    if (name === undefined || token === undefined) {
      const form = 'a name of letters, digits and . _ @ -, and a token of 32 characters or more';
      throw new ConfigError(`${source}: line ${index + 1} is not ${form}`);
    }
    const digest = digestOf(token);
    const key = digest.toString('hex');
    if (owners.has(key)) throw new ConfigError(`${source}: line ${index + 1} repeats the token of another`);
    owners.set(key, { name, digest });
  }
  if (owners.size === 0) throw new ConfigError(`${source} holds no token`);
  return [...owners.values()];
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
