/** Which of 2,145 images leak credentials: one answer, and a walk to the last image, at 20 requests a second. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { makeImage } from '../src/demo/image.ts';
import type { DemoRisk } from '../src/demo/risks.ts';
import { systemClock } from '../src/http/time.ts';
import { REQUESTS_PER_SECOND } from '../src/tcss/action.ts';
import { type Answer, startHouse } from '../test/setup.ts';
import { report, rounded } from './measure/report.ts';

/** As many images as a published recording counts; each has risks, and one in ten a credential among them. */
const IMAGES = 2145;
const risk = (Behavior: number, at: number): DemoRisk => ({
  Behavior,
  Type: 2,
  Level: '3',
  Desc: 'made up',
  InstructionContent: `ENV APP_${at}_TOKEN=FAKE`,
});
const images = Array.from({ length: IMAGES }, (_, at) =>
  makeImage(at + 1, `team/app-${at}:1.0`, [risk(4, at), ...(at % 10 === 0 ? [risk(3, at)] : [])]),
);

const house = await startHouse({
  account: { images },
  clock: systemClock,
  rateLimit: REQUESTS_PER_SECOND,
  requestsPerSecond: REQUESTS_PER_SECOND,
  timeoutMs: 25_000,
});

const rows = [];
for (const { what, args, isWalk } of [
  { what: 'one answer, default arguments', args: {}, isWalk: false },
  { what: 'walk, limit 100, max_bytes 40000', args: { limit: 100, max_bytes: 40_000 }, isWalk: true },
]) {
  globalThis.gc?.();
  const heapBytes = process.memoryUsage().heapUsed;
  const requests = house.simulator.requests.length;
  const startMs = performance.now();
  let [answers, asked, found, tokens] = [0, 0, 0, 0];
  let offset: number | undefined = 0;
  do {
    const { structured, text }: Answer = await house.callTool('find_images', {
      behaviors: [3],
      ...args,
      offset,
    });
    answers += 1;
    asked += structured.coverage.fetched;
    found += structured.images.length;
    tokens += countTokens(text);
    offset = structured.coverage.next_offset;
  } while (isWalk && offset !== undefined);
  const seconds = rounded((performance.now() - startMs) / 1000, 1);
  globalThis.gc?.();
  rows.push({
    '2,145 images': what,
    'images asked': asked,
    'with the behavior': found,
    answers,
    requests: house.simulator.requests.length - requests,
    seconds,
    'tokens, an answer': rounded(tokens / answers),
    'heap kept, MB': rounded((process.memoryUsage().heapUsed - heapBytes) / 2 ** 20, 1),
  });
}
await house.close();
report('behaviors', rows);
