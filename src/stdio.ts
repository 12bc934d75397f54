/** A transport of the MCP SDK over two streams: one JSON text a line. */
import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Longest line that is looked at; whatever a client sends, no more than this is held. */
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
 * Hands on what each line holds, as it is: whether it is a message is for others to judge. A line that is no JSON,
 * or too long, is an error and the next one is read. An answer is handed to the pipe at once, however slowly it is
 * read: to wait would take a listener for each.
 */
export class StdioTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  /** Comes back once the input has ended or failed, and its last line was handed on. */
  readonly ended: Promise<void>;
  readonly #input: Readable;
  readonly #output: Writable;
  /** What came of the line that has not ended yet. */
  #line: Buffer[] = [];
  #lineBytes = 0;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
    this.ended = new Promise((resolve) => {
      const end = () => {
        // The last line may lack its end.
        if (this.#lineBytes > 0) this.#endLine();
        resolve();
      };
      input.once('end', end);
      // A failed stream does not end.
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

  /** Of a line that is too long nothing is held. */
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
