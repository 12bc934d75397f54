import { levelOf, scrambled } from '../../src/demo/made-up.ts';
import { type DemoVirus, makeVirus } from '../../src/demo/viruses.ts';

/** `length` viruses over all levels, each in a file of its own; names come again. */
export function generatedViruses(length: number): DemoVirus[] {
  return Array.from({ length }, (_, n) => {
    const mixed = scrambled(n);
    return makeVirus(`opt/app/bin/tool-${n}`, `Linux.Demo.Family${(mixed >>> 8) % 9}`, levelOf(mixed), {
      FileSize: mixed % 99_991,
    });
  });
}
