/**
 * The ways in which a call can fail. Each is thrown where the fact is known; run-tool turns it into an answer, and
 * gather may make it part of one. No field ever holds a credential or a response body.
 */

/** What an API error code is about. */
export type ErrorCategory =
  | 'auth'
  | 'permission'
  | 'rate-limit'
  | 'not-found'
  | 'invalid-parameter'
  | 'service'
  | 'unknown';

/** The most attempts at one request, including the first. */
export const MAX_ATTEMPTS = 5;

/** Base of every failure this server words for a model. `retryable`: the same call may succeed later. */
export abstract class TcssMcpError extends Error {
  abstract readonly kind: 'config' | 'input' | 'transport' | 'api' | 'contract';
  abstract readonly retryable: boolean;
  /** How often a request may be attempted, including the first time, before this failure is final. */
  readonly attempts: number = 1;
}

/** A setting is missing or malformed. The message names the variable, never its value. */
export class ConfigError extends TcssMcpError {
  override readonly name = 'ConfigError';
  readonly kind = 'config';
  readonly retryable = false;
}

/** Arguments that fit the schema and still cannot be used. The message says what to change. */
export class InputError extends TcssMcpError {
  override readonly name = 'InputError';
  readonly kind = 'input';
  readonly retryable = false;
  /** Lines written by others, such as names of images; shown as data. */
  readonly quoted: readonly string[];
  /** The part of the message that the caller wrote; cleaned before it is shown. */
  readonly typed: string | undefined;
  /** How another tool helps, which it names; left out where that tool is not offered. */
  readonly next: string | undefined;

  constructor(message: string, more: Partial<Pick<InputError, 'quoted' | 'typed' | 'next'>> = {}) {
    super(message);
    this.quoted = more.quoted ?? [];
    this.typed = more.typed;
    this.next = more.next;
  }
}

/** Why no usable answer came; `incomplete`: pages came, but not all that were needed. */
export type TransportFault = 'timeout' | 'connection' | 'http-status' | 'too-large' | 'incomplete';

/** No usable answer came from the endpoint. `status` is set for `http-status` only; 429 and 5xx may pass. */
export class TransportError extends TcssMcpError {
  override readonly name = 'TransportError';
  readonly kind = 'transport';
  readonly retryable: boolean;
  readonly fault: TransportFault;
  readonly status: number | undefined;
  /** The wait that the answer asked for, in ms. */
  readonly retryAfterMs: number | undefined;
  /** What somebody must change, since the failure will not pass by itself. */
  readonly fix: string | undefined;
  override readonly attempts: number;

  constructor(
    fault: TransportFault,
    message: string,
    options: {
      status?: number;
      cause?: unknown;
      attempts?: number;
      retryAfterMs?: number | undefined;
      fix?: string | undefined;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.fault = fault;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.fix = options.fix;
    const { status } = options;
    const isPassing = status !== undefined && (status === 429 || status >= 500);
    this.attempts = options.attempts ?? (isPassing ? MAX_ATTEMPTS : 1);
    this.retryable =
      fault !== 'too-large' && options.fix === undefined && (status === undefined || isPassing);
  }
}

/** The service answered with `Response.Error`. `upstreamMessage` is untrusted and unstable wording. */
export class ApiError extends TcssMcpError {
  override readonly name = 'ApiError';
  readonly kind = 'api';
  readonly code: string;
  readonly category: ErrorCategory;
  readonly retryable: boolean;
  override readonly attempts: number;
  readonly advice: string;
  readonly action: string;
  readonly requestId: string | undefined;
  readonly upstreamMessage: string;
  /** Where the credentials came from; only where they may be the cause. */
  readonly credentialSource: string | undefined;

  constructor(facts: {
    code: string;
    category: ErrorCategory;
    attempts: number;
    advice: string;
    action: string;
    requestId: string | undefined;
    upstreamMessage: string;
    credentialSource?: string | undefined;
  }) {
    super(`${facts.action} failed with ${facts.code}`);
    this.code = facts.code;
    this.category = facts.category;
    this.attempts = facts.attempts;
    this.retryable = facts.attempts > 1;
    this.advice = facts.advice;
    this.action = facts.action;
    this.requestId = facts.requestId;
    this.upstreamMessage = facts.upstreamMessage;
    this.credentialSource = facts.credentialSource;
  }
}

/** The service answered, and the answer cannot be read. `problems`: paths and our words, never the body. */
export class ContractError extends TcssMcpError {
  override readonly name = 'ContractError';
  readonly kind = 'contract';
  readonly retryable = false;
  readonly action: string;
  readonly problems: readonly string[];
  readonly requestId: string | undefined;

  constructor(action: string, problems: readonly string[], requestId?: string) {
    super(`the answer of ${action} could not be read`);
    this.action = action;
    this.problems = problems;
    this.requestId = requestId;
  }
}

/**
 * Gives back a failure that an answer can report.
 * @throws any other error, and whatever follows from the client's cancellation.
 */
export function failureOrThrow(error: unknown, signal: AbortSignal): TcssMcpError {
  const isCancelled = signal.aborted && !(signal.reason instanceof TransportError);
  if (isCancelled || !(error instanceof TcssMcpError)) throw error;
  return error;
}

/** Every one of them, so that a switch over `kind` can be exhaustive. */
export type Failure = ConfigError | InputError | TransportError | ApiError | ContractError;

/** Ends a request that has no result in which to report a failure, with a JSON-RPC error. Its message is clean. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** Method not found, or invalid params. */
  readonly code: -32601 | -32602;

  constructor(code: -32601 | -32602, message: string) {
    super(message);
    this.code = code;
  }
}

/** For a request that asks for something that does not exist. `message` says what does. */
export function invalidParams(message: string): RequestError {
  return new RequestError(-32602, message);
}

/** How much of an unknown name is repeated. */
const NAME_LENGTH = 64;

/** An unknown name, cut and without anything that a terminal or a model would act on. */
export function nameForError(name: string): string {
  return name.slice(0, NAME_LENGTH).replace(/[^\w.-]/g, '?');
}
