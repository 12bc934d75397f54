/** How a request that is no tool call fails: as a JSON-RPC error, since it has no result to say it in. */

/** Ends a request. The message holds our own words, and of others' only what was cleaned. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** JSON-RPC's: -32601 for a method that there is not, -32602 for params that ask for what there is not. */
  readonly code: -32601 | -32602;

  constructor(code: -32601 | -32602, message: string) {
    super(message);
    this.code = code;
  }
}

/** The failure of a request that asks for what there is not. `message` says what there is. */
export function invalidParams(message: string): RequestError {
  return new RequestError(-32602, message);
}

/** Longest part of an unknown name that is repeated. */
const NAME_LENGTH = 64;

/** An unknown name as it may be repeated: cut, and without anything that a terminal or a model would act on. */
export function nameForError(name: string): string {
  return name.slice(0, NAME_LENGTH).replace(/[^\w.-]/g, '?');
}
