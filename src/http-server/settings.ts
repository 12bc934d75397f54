/** The settings of `http` in the environment, read once at the start. Pure. */
import { z } from 'zod/v3';
import { type Environment, isLoopback, readWellFormed, Secret, variablesSet } from '../config.ts';
import { ConfigError } from '../errors.ts';

/** Where a server listens; an IPv6 host without brackets. */
export interface Address {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** An authorization server whose JWTs are accepted. */
export interface OAuthSettings {
  /** As its metadata and its tokens spell it. */
  readonly issuer: string;
  readonly audience: string;
  /** What a token's scope must hold; undefined when any will do. */
  readonly scope: string | undefined;
}

/** All settings of `http` besides those of every server. */
export interface HttpSettings {
  readonly listen: Address;
  /** The public address of the endpoint, which is also the OAuth resource. */
  readonly url: URL;
  /** Names of this server in the Host header: lower case, without a port. */
  readonly hosts: ReadonlySet<string>;
  /** Origins of web pages that may ask. */
  readonly origins: ReadonlySet<string>;
  /** Whether pages of this machine may ask too. */
  readonly allowsLoopbackOrigins: boolean;
  readonly tokensFile: string | undefined;
  readonly tokens: Secret | undefined;
  readonly oauth: OAuthSettings | undefined;
  /** The most replicas that share the account at any time. */
  readonly replicas: number;
  /** Where metrics are served, if anywhere. */
  readonly admin: Address | undefined;
  /** How long requests are still accepted after SIGTERM. */
  readonly drainMs: number;
}

/** The path of the endpoint. */
export const MCP_PATH = '/mcp';

const address = z.string().transform((text, context) => {
  const [, host, port] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\]):(\d{1,5})$/i.exec(text) ?? [];
  if (host !== undefined && Number(port) <= 65_535 && URL.canParse(`http://${host}`)) {
    return { host: host.toLowerCase().replace(/^\[|\]$/g, ''), port: Number(port) };
  }
  context.addIssue({ code: 'custom', message: 'must be HOST:PORT, such as 127.0.0.1:8080 or [::]:8080' });
  return z.NEVER;
});

/** Whether a text is a URL of `http:` or `https:` without user, query and fragment. */
function isPlainUrl(text: string): boolean {
  if (!/^https?:\/\/[^/?#@\s]/i.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === '';
}

const plainUrl = z
  .string()
  .refine(isPlainUrl, 'must be a URL without user, query and fragment, such as https://mcp.example.com/mcp');

const whole = (max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().max(max, `must be at most ${max}`));

/** The variables by name. */
export const httpVariables = z.object({
  TCSS_HTTP_LISTEN: address.default('127.0.0.1:8080'),
  TCSS_HTTP_URL: plainUrl.transform((text) => new URL(text)).optional(),
  TCSS_HTTP_ORIGINS: z
    .string()
    .transform((text) => text.split(/[,\s]+/).filter((one) => one !== ''))
    .pipe(
      z.array(
        z
          .string()
          .refine(
            (text) => isPlainUrl(text) && new URL(text).origin === text,
            'must be origins between commas, such as https://app.example.com',
          ),
      ),
    )
    .optional(),
  TCSS_HTTP_TOKENS_FILE: z.string().optional(),
  TCSS_HTTP_TOKENS: z.string().optional(),
  TCSS_HTTP_ISSUER: plainUrl
    .refine((text) => !isPlainUrl(text) || isSafe(new URL(text)), 'must be https unless its host is loopback')
    .optional(),
  TCSS_HTTP_AUDIENCE: z.string().optional(),
  TCSS_HTTP_SCOPE: z
    .string()
    // The characters of a scope by RFC 6749.
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be one scope, such as tcss:read')
    .optional(),
  TCSS_HTTP_AUTH: z.enum(['none'], { errorMap: () => ({ message: 'must be none, or unset' }) }).optional(),
  TCSS_HTTP_REPLICAS: whole(1000).pipe(z.number().min(1, 'must be at least 1')).default('1'),
  TCSS_HTTP_ADMIN: address.optional(),
  TCSS_HTTP_DRAIN_MS: whole(600_000).default('5000'),
});

/** The names of all of them. */
export const HTTP_SETTINGS: readonly string[] = Object.keys(httpVariables.shape);

/** Whether what is sent to a URL is private, or stays on this machine. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname);
}

/** @throws {ConfigError} that tells every fault in one line, without any value. */
export function parseHttpSettings(env: Environment): HttpSettings {
  const { values, problems } = readWellFormed(httpVariables, env);
  const set = new Set(variablesSet(env, HTTP_SETTINGS));
  const { TCSS_HTTP_LISTEN: listen, TCSS_HTTP_URL: givenUrl } = values;
  // What is malformed is told already, and nothing follows from it.
  const isLocal = listen === undefined || isLoopback(inUrl(listen));
  const isPrivate = isLocal && (givenUrl === undefined || isLoopback(givenUrl.hostname));
  const hasTokens = set.has('TCSS_HTTP_TOKENS_FILE') || set.has('TCSS_HTTP_TOKENS');
  const isAuthenticated = hasTokens || set.has('TCSS_HTTP_ISSUER');

  if (!set.has('TCSS_HTTP_URL') && !isLocal) {
    problems.push(
      'TCSS_HTTP_URL must be set where TCSS_HTTP_LISTEN is not loopback: it is how clients reach this server',
    );
  }
  if (!set.has('TCSS_HTTP_AUTH') && !isAuthenticated && !isPrivate) {
    problems.push(
      'off loopback callers must authenticate: set TCSS_HTTP_TOKENS_FILE, TCSS_HTTP_TOKENS or TCSS_HTTP_ISSUER, or TCSS_HTTP_AUTH=none behind a gateway that authenticates them',
    );
  }
  if (set.has('TCSS_HTTP_AUTH') && isAuthenticated) {
    problems.push('TCSS_HTTP_AUTH=none contradicts the tokens or the issuer that are set');
  }
  if (set.has('TCSS_HTTP_TOKENS_FILE') && set.has('TCSS_HTTP_TOKENS')) {
    problems.push('TCSS_HTTP_TOKENS_FILE and TCSS_HTTP_TOKENS are both set: use one');
  }
  for (const name of ['TCSS_HTTP_AUDIENCE', 'TCSS_HTTP_SCOPE']) {
    if (set.has(name) && !set.has('TCSS_HTTP_ISSUER')) problems.push(`${name} needs TCSS_HTTP_ISSUER`);
  }
  if (problems.length > 0) throw new ConfigError(problems.join('; '));
  return settingsOf(values as z.output<typeof httpVariables>, isPrivate);
}

/** A host as it stands in a URL. */
function inUrl({ host }: Address): string {
  return host.includes(':') ? `[${host}]` : host;
}

function settingsOf(values: z.output<typeof httpVariables>, isPrivate: boolean): HttpSettings {
  const { TCSS_HTTP_LISTEN: listen, TCSS_HTTP_ISSUER: issuer } = values;
  const listenHost = inUrl(listen);
  const { TCSS_HTTP_URL: url = new URL(`http://${listenHost}:${listen.port}${MCP_PATH}`) } = values;
  const { TCSS_HTTP_AUDIENCE: audience = url.href, TCSS_HTTP_SCOPE: scope } = values;
  return {
    listen,
    url,
    hosts: new Set([
      url.hostname,
      ...(isLoopback(listenHost) ? ['localhost', '127.0.0.1', '[::1]', listenHost] : []),
    ]),
    origins: new Set(values.TCSS_HTTP_ORIGINS),
    allowsLoopbackOrigins: isPrivate && values.TCSS_HTTP_ORIGINS === undefined,
    ...tokenSettingsOf(values),
    oauth: issuer === undefined ? undefined : { issuer, audience, scope },
    replicas: values.TCSS_HTTP_REPLICAS,
    admin: values.TCSS_HTTP_ADMIN,
    drainMs: values.TCSS_HTTP_DRAIN_MS,
  };
}

/** Where the tokens are, whatever may be wrong with other settings. */
export function readTokenSettings(env: Environment): Pick<HttpSettings, 'tokens' | 'tokensFile'> {
  return tokenSettingsOf(readWellFormed(httpVariables, env).values);
}

function tokenSettingsOf({
  TCSS_HTTP_TOKENS_FILE: tokensFile,
  TCSS_HTTP_TOKENS: tokens,
}: Partial<z.output<typeof httpVariables>>) {
  return { tokensFile, tokens: tokens === undefined ? undefined : new Secret(tokens) };
}
