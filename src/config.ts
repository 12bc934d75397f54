/** The settings in the environment, read once at the start. Pure. */
import { z } from 'zod/v3';
import { ConfigError } from './errors.ts';

/** A value that prints as `***` if it is ever printed by mistake; only `reveal()` gives it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***';
  }
}

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The key pair in the environment; any part may be missing. */
export interface CredentialSettings {
  readonly secretId?: Secret | undefined;
  readonly secretKey?: Secret | undefined;
  readonly token?: Secret | undefined;
}

/** What is logged to stderr; each level includes those before it. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** One of the log levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** All settings. */
export interface Config {
  readonly credentials: CredentialSettings;
  /** TCCLI's profile, used when the environment holds no key pair. */
  readonly profile: string;
  /** Sent as X-TC-Region when set, and only then. */
  readonly region: string | undefined;
  readonly endpoint: URL;
  readonly language: string;
  /** Deadline of one tool call. */
  readonly timeoutMs: number;
  /** Default budget of an answer in UTF-8 bytes. */
  readonly maxBytes: number;
  readonly requestsPerSecond: number;
  /** Names of the tools to offer, as typed; undefined for all. Read them with {@link offered}. */
  readonly tools: readonly string[] | undefined;
  readonly logLevel: LogLevel;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
}

/** Smallest and largest budget of an answer, in bytes. */
export const MAX_BYTES_RANGE = { min: 2000, max: 40_000, default: 8000 } as const;

const MAX_TIMEOUT_MS = 600_000;

/** The form of a credential that can be signed and sent. */
export const PRINTABLE = /^[\x21-\x7e]+$/;

/** The profile that TCCLI uses when none is named. */
export const DEFAULT_PROFILE = 'default';

const printable = z.string().regex(PRINTABLE, 'must be printable ASCII without blanks inside');

const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

/** The variables by name. Empty values and literal `${...}` count as missing, and blanks are trimmed. */
export const settings = z.object({
  TENCENTCLOUD_SECRET_ID: printable.optional(),
  TENCENTCLOUD_SECRET_KEY: printable.optional(),
  TENCENTCLOUD_TOKEN: printable.optional(),
  TENCENTCLOUD_PROFILE: z
    .string()
    // It becomes the name of a file, which must not leave its folder.
    .regex(
      /^(?!\.+$)[A-Za-z0-9._@+-]{1,64}$/,
      'must be the name of a profile: at most 64 letters, digits or ._@+-, and not dots alone',
    )
    .default(DEFAULT_PROFILE),
  TENCENTCLOUD_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be a region such as ap-singapore')
    .optional(),
  TCSS_ENDPOINT: z
    .string()
    .default('https://tcss.intl.tencentcloudapi.com')
    .transform((text, context) => {
      const endpoint = readEndpoint(text);
      if (endpoint instanceof URL) return endpoint;
      context.addIssue({ code: 'custom', message: endpoint.problem });
      return z.NEVER;
    }),
  TCSS_LANGUAGE: z
    .string()
    .regex(/^(?:en-US|zh-CN)$/, 'must be en-US or zh-CN')
    .default('en-US'),
  TCSS_TIMEOUT_MS: number(1, MAX_TIMEOUT_MS).default('25000'),
  TCSS_MAX_BYTES: number(MAX_BYTES_RANGE.min, MAX_BYTES_RANGE.max).default(String(MAX_BYTES_RANGE.default)),
  TCSS_RATE_LIMIT: z
    .string()
    .regex(/^\d{1,6}(?:\.\d{1,6})?$/, 'must be a positive number')
    .transform(Number)
    .pipe(z.number().positive('must be a positive number'))
    .default('20'),
  TCSS_TOOLS: z
    .string()
    .regex(/^[a-z_]{1,40}(?:\s*,\s*[a-z_]{1,40})*$/, 'must be names of tools between commas')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .optional(),
  TCSS_LOG_LEVEL: z
    .enum(LOG_LEVELS, { errorMap: () => ({ message: `must be one of ${LOG_LEVELS.join(', ')}` }) })
    .default('warn'),
  // The machine's own settings: if one cannot be used, the first call that needs it says so.
  HTTPS_PROXY: z
    .string()
    // As in curl, a host and port alone are a proxy that speaks plain HTTP.
    .transform((text) => (text.includes('://') ? text : `http://${text}`))
    .optional(),
  NO_PROXY: z.string().optional(),
});

/** The spellings of settings that have several; the first one that is set wins. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  TENCENTCLOUD_SECRET_ID: ['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRETID'],
  TENCENTCLOUD_SECRET_KEY: ['TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_SECRETKEY'],
  TENCENTCLOUD_TOKEN: ['TENCENTCLOUD_TOKEN', 'TENCENTCLOUD_SESSION_TOKEN', 'TENCENTCLOUD_SECURITY_TOKEN'],
  TENCENTCLOUD_PROFILE: ['TENCENTCLOUD_PROFILE', 'TCCLI_PROFILE'],
  // In curl's and undici's order.
  HTTPS_PROXY: ['https_proxy', 'HTTPS_PROXY'],
  NO_PROXY: ['no_proxy', 'NO_PROXY'],
};

/** The names of all settings. */
export const SETTINGS: readonly string[] = Object.keys(settings.shape);

/**
 * Reads the settings.
 * @throws {ConfigError} on a malformed value: one line that names the variable, never a value.
 */
export function parseConfig(env: Environment): Config {
  const values = readVariables(settings, env);
  return {
    credentials: {
      secretId: secret(values.TENCENTCLOUD_SECRET_ID),
      secretKey: secret(values.TENCENTCLOUD_SECRET_KEY),
      token: secret(values.TENCENTCLOUD_TOKEN),
    },
    profile: values.TENCENTCLOUD_PROFILE,
    region: values.TENCENTCLOUD_REGION,
    endpoint: values.TCSS_ENDPOINT,
    language: values.TCSS_LANGUAGE,
    timeoutMs: values.TCSS_TIMEOUT_MS,
    maxBytes: values.TCSS_MAX_BYTES,
    requestsPerSecond: values.TCSS_RATE_LIMIT,
    tools: values.TCSS_TOOLS,
    logLevel: values.TCSS_LOG_LEVEL,
    httpsProxy: values.HTTPS_PROXY,
    noProxy: values.NO_PROXY,
  };
}

/**
 * Those of all tools that TCSS_TOOLS names, in the order of the menu.
 * @throws {ConfigError} on a name that no tool has.
 */
export function offered<Tool extends { readonly name: string }>(
  all: readonly Tool[],
  { tools: named }: Pick<Config, 'tools'>,
): readonly Tool[] {
  if (named === undefined) return all;
  const menu = all.map(({ name }) => name);
  const unknown = named.find((name) => !menu.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(`TCSS_TOOLS: there is no tool ${unknown}; the tools are: ${menu.join(', ')}`);
  }
  return all.filter(({ name }) => named.includes(name));
}

/** The values of the variables that a schema names. @throws {ConfigError} that tells every malformed one. */
export function readVariables<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, env: Environment) {
  const { values, problems } = readWellFormed(schema, env);
  if (problems.length > 0) throw new ConfigError(problems.join('; '));
  return values as z.output<z.ZodObject<Shape>>;
}

/** The same, but without those that are malformed, and what is wrong with these: never a value. */
export function readWellFormed<Shape extends z.ZodRawShape>({ shape }: z.ZodObject<Shape>, env: Environment) {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, schema] of Object.entries(shape)) {
    const found = lookUp(env, name);
    const read = schema.safeParse(found?.value);
    if (read.success) values[name] = read.data;
    else problems.push(...read.error.issues.map(({ message }) => `${found?.spelling} ${message}`));
  }
  return { values: values as Partial<z.output<z.ZodObject<Shape>>>, problems };
}

/** The variables of these settings that are set and used. */
export function variablesSet(env: Environment, names = SETTINGS): string[] {
  return names.flatMap((name) => lookUp(env, name)?.spelling ?? []);
}

/** The variables of these settings that hold a `${...}` which was not filled in. */
export function variablesUnfilled(env: Environment, names = SETTINGS): string[] {
  return names.flatMap(spellingsOf).filter((variable) => isReference(env[variable]?.trim() ?? ''));
}

function spellingsOf(name: string): readonly string[] {
  return SPELLINGS[name] ?? [name];
}

/** An MCP client that cannot expand `${VAR}` passes it on unchanged. */
function isReference(value: string): boolean {
  return /^\$\{.*\}$/s.test(value);
}

/** A setting's value and the spelling under which it is set. */
function lookUp(env: Environment, name: string): { spelling: string; value: string } | undefined {
  for (const spelling of spellingsOf(name)) {
    const value = env[spelling]?.trim() ?? '';
    if (value !== '' && !isReference(value)) return { spelling, value };
  }
  return undefined;
}

function secret(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : new Secret(value);
}

/**
 * https anywhere, http on loopback only. The host must be parsed as it was typed, so that no number or short form
 * (`2130706433`, `127.1`) stands for another host.
 */
function readEndpoint(text: string): URL | { problem: string } {
  const parts = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?\/?$/i.exec(text);
  if (parts === null || !URL.canParse(text)) {
    return {
      problem: 'must be a URL of scheme and host alone, such as https://tcss.intl.tencentcloudapi.com',
    };
  }
  const url = new URL(text);
  if (url.hostname !== parts[2]?.toLowerCase() || url.hostname.endsWith('.')) {
    return { problem: 'must name its host in the usual form' };
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { problem: 'must be https unless its host is loopback' };
  }
  return url;
}

/** Whether a host, as it stands in a parsed URL, is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
