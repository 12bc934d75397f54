/** What comes in on stdin, cut at its lines before the protocol sees it. */
import { Transform } from 'node:stream';

/** Longest line that is looked at; whatever a client sends, no more than this is held. */
export const LINE_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Passes on whole lines only and drops those that are too long, each said once. What
 * reads them would hold such a line whole, and copy what it holds with each chunk.
 */
export function wholeLines(onTooLong: () => void): Transform {
  let held: Buffer[] = [];
  let size = 0;
  const hold = (part: Buffer) => {
    const wasShort = size <= LINE_LIMIT_BYTES;
    size += part.length;
    if (size <= LINE_LIMIT_BYTES) {
      held.push(part);
    } else if (wasShort) {
      held = [];
      onTooLong();
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const open = chunk.lastIndexOf('\n') + 1;
      let ended: Buffer | undefined;
      if (open > 0) {
        const first = chunk.indexOf('\n') + 1;
        hold(chunk.subarray(0, first));
        ended = Buffer.concat([...held, chunk.subarray(first, open)]);
        held = [];
        size = 0;
      }
      if (open < chunk.length) hold(chunk.subarray(open));
      done(null, ended);
    },
    flush(done) {
      // The last line may lack its end.
      done(null, held.length > 0 ? Buffer.concat([...held, Buffer.from('\n')]) : undefined);
    },
  });
}
