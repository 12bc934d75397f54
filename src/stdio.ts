/** A transport of the MCP SDK over two streams: one JSON text a line. */
import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Longer lines are dropped, so that no client can make the server hold more. */
const LINE_LIMIT_BYTES = 16 * 1024 * 1024;

const NEWLINE = 10;

/** A line that was dropped. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';

  constructor() {
    super(`a line of more than ${LINE_LIMIT_BYTES} bytes was dropped`);
  }
}

/**
 * Passes on the JSON of each line, whether or not it is a message. A line that is too long or no JSON is an error, after
 * which the next one is read. Answers are written at once, however slowly they are read: waiting would take a
 * listener for each.
 */
export class StdioTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  /** Resolves once the input has ended or failed and its last line was passed on. */
  readonly ended: Promise<void>;
  readonly #input: Readable;
  readonly #output: Writable;
  /** What has come of a line that has not ended yet. */
  #line: Buffer[] = [];
  #lineBytes = 0;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
    this.ended = new Promise((resolve) => {
      const end = () => {
        // The last line may lack a line break.
        if (this.#lineBytes > 0) this.#endLine();
        resolve();
      };
      input.once('end', end);
      // A stream that fails closes without ending.
      input.once('close', end);
    });
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#read);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#output.write(`${JSON.stringify(message)}\n`);
  }

  async close(): Promise<void> {
    this.#input.off('data', this.#read);
    this.#input.pause();
    this.onclose?.();
  }

  #read = (chunk: Buffer): void => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  };

  /** Holds nothing of a line that is too long. */
  #hold(part: Buffer): void {
    this.#lineBytes += part.length;
    if (this.#lineBytes <= LINE_LIMIT_BYTES) this.#line.push(part);
    else this.#line = [];
  }

  #endLine(): void {
    const isTooLong = this.#lineBytes > LINE_LIMIT_BYTES;
    const line = this.#line;
    this.#line = [];
    this.#lineBytes = 0;
    try {
      if (isTooLong) throw new LineTooLongError();
      this.onmessage?.(JSON.parse(Buffer.concat(line).toString()));
    } catch (error) {
      this.onerror?.(error as Error);
    }
  }
}
