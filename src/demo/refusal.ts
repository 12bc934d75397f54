/** What the simulated service answers as `Response.Error`; `code` is one of Tencent's own. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
