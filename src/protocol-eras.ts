/**
 * Which era of MCP a connection speaks: `initialize` and sessions, or the stateless 2026-07-28, in which each request
 * names its version. The first request other than server/discover decides, as in the reference server, serveStdio of
 * @modelcontextprotocol/server 2.4.0.
 */
import { nameForError } from './errors.ts';

/** The only supported version of the stateless era. */
export const STATELESS_VERSION = '2026-07-28';

/** Asks what the server supports; a client that sends it may still speak either era. */
const DISCOVER = 'server/discover';

const KEY = 'io.modelcontextprotocol/';
/** Where a request of that era names its version, in its `_meta`. */
export const VERSION_KEY = `${KEY}protocolVersion`;
const CAPABILITIES_KEY = `${KEY}clientCapabilities`;

/** How long clients may cache the lists, which only change with this package's version. */
const LIST_TTL_MS = 300_000;

/** The methods of that era, each with how many ms its result may be cached; `undefined` where it may not. */
const METHODS = new Map<string, number | undefined>([
  [DISCOVER, LIST_TTL_MS],
  ['tools/list', LIST_TTL_MS],
  ['tools/call', undefined],
  ['prompts/list', LIST_TTL_MS],
  ['prompts/get', undefined],
  ['completion/complete', undefined],
]);

/** A request, or a notification, which has no id. */
export interface Incoming {
  readonly method: string;
  readonly id?: string | number;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/** A JSON-RPC error. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Checks of the form of what a client says about itself. */
export interface ClientChecks {
  readonly isCapabilities: (value: unknown) => boolean;
  readonly isInfo: (value: unknown) => boolean;
  readonly isLogLevel: (value: unknown) => boolean;
}

/** The era of one connection. */
export interface ProtocolEra {
  /**
   * Takes the messages in the order in which they come, and says what to do with each: serve it, answer
   * server/discover, or refuse it. A refused notification is dropped.
   */
  read(message: Incoming): 'serve' | 'discover' | Refusal;
  /** Whether requests are answered in the form of the stateless era. */
  isStateless(): boolean;
}

type Phase = 'new' | 'probed' | 'sessions' | 'stateless';

/** The era of a new connection. */
export function createProtocolEra(checks: ClientChecks): ProtocolEra {
  let phase: Phase = 'new';
  return {
    read(message) {
      if (phase === 'sessions') return 'serve';
      const fault = envelopeFault(metaOf(message), checks);
      if (phase !== 'stateless') {
        phase = phaseAfter(phase, message, fault);
        if (phase === 'sessions') return 'serve';
        if (fault !== undefined) return fault;
      }
      if (message.id === undefined) return 'serve';
      if (fault !== undefined && message.method === 'initialize') {
        return unsupportedVersion(message.params?.['protocolVersion']);
      }
      if (!METHODS.has(message.method)) return { code: -32601, message: 'Method not found' };
      return fault ?? (message.method === DISCOVER ? 'discover' : 'serve');
    },
    isStateless: () => phase === 'stateless',
  };
}

/** A client that names no version or sends `initialize` speaks the era of sessions. A refused request decides nothing. */
function phaseAfter(phase: 'new' | 'probed', message: Incoming, fault: Refusal | undefined): Phase {
  const namesVersion = Object.hasOwn(metaOf(message), VERSION_KEY);
  if (!namesVersion || (fault !== undefined && message.method === 'initialize')) return 'sessions';
  if (fault !== undefined) return phase;
  if (message.method === DISCOVER) return 'probed';
  return message.id === undefined && phase === 'probed' ? 'probed' : 'stateless';
}

/** A result in the form of the stateless era; what it says of the server already stays. */
export function statelessResult(
  method: string,
  result: Readonly<Record<string, unknown>>,
  serverInfo: object,
) {
  const ttlMs = METHODS.get(method);
  return {
    ...result,
    resultType: 'complete',
    ...(ttlMs === undefined ? {} : { ttlMs, cacheScope: 'private' }),
    _meta: { [`${KEY}serverInfo`]: serverInfo, ...(result['_meta'] as object | undefined) },
  };
}

function metaOf({ params }: Incoming): Readonly<Record<string, unknown>> {
  const meta = params?.['_meta'];
  return typeof meta === 'object' && meta !== null ? { ...meta } : {};
}

/** What is wrong with a request's version and client; whether the version is supported is checked last. */
function envelopeFault(
  meta: Readonly<Record<string, unknown>>,
  { isCapabilities, isInfo, isLogLevel }: ClientChecks,
): Refusal | undefined {
  const missing = [VERSION_KEY, CAPABILITIES_KEY].filter((key) => !Object.hasOwn(meta, key));
  if (missing[0] !== undefined) return envelopeRefusal(missing[0], `missing: ${missing.join(', ')}`);
  const version = meta[VERSION_KEY];
  if (typeof version !== 'string') return envelopeRefusal(VERSION_KEY, 'not a string');
  if (!isCapabilities(meta[CAPABILITIES_KEY])) return envelopeRefusal(CAPABILITIES_KEY, 'not capabilities');
  for (const [key, isRight, problem] of [
    [`${KEY}clientInfo`, isInfo, 'not a name and a version'],
    [`${KEY}logLevel`, isLogLevel, 'not a level'],
  ] as const) {
    if (meta[key] !== undefined && !isRight(meta[key])) return envelopeRefusal(key, problem);
  }
  return version === STATELESS_VERSION ? undefined : unsupportedVersion(version);
}

function envelopeRefusal(key: string, problem: string): Refusal {
  const message = `Invalid _meta of a request of ${STATELESS_VERSION}: ${key}: ${problem}`;
  return { code: -32602, message, data: { envelope: { key, problem } } };
}

/** `data` repeats `requested` unchanged, for clients to read. */
function unsupportedVersion(requested: unknown): Refusal {
  const supported = [STATELESS_VERSION];
  if (typeof requested !== 'string') {
    return { code: -32022, message: 'Unsupported protocol version: none was named', data: { supported } };
  }
  const message = `Unsupported protocol version: ${nameForError(requested)}`;
  return { code: -32022, message, data: { supported, requested } };
}
