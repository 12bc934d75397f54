/** What a CVE costs that 10,000 images have: one answer, and a walk to the last image, at 20 requests a second. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { makeContainer } from '../src/demo/containers.ts';
import { makeImage } from '../src/demo/image.ts';
import { makeNodeImage } from '../src/demo/node-images.ts';
import { jar, log4shell } from '../src/demo/vulnerabilities.ts';
import { systemClock } from '../src/http/time.ts';
import { REQUESTS_PER_SECOND } from '../src/tcss/action.ts';
import { type Answer, startHouse } from '../test/setup.ts';
import { report, rounded } from './measure/report.ts';

const IMAGES = 10_000;
/** Tokens are counted for as many answers of a walk: counting takes longer than answering. */
const SAMPLES = 10;

const vuls = [log4shell([jar('log4j-core', '2.14.1', '2.17.1')])];
const nodeImage = makeNodeImage('sha256:0', 'team/app:0', {}, { vuls });
const { ImageID: id, ImageName: name } = nodeImage.info;
const house = await startHouse({
  account: {
    images: Array.from({ length: IMAGES }, (_, at) =>
      makeImage(at + 1, `team/app-${at}:1.0`, [], {}, { vuls }),
    ),
    nodeImages: [nodeImage],
    containers: [makeContainer('/app', { id, name })],
  },
  clock: systemClock,
  rateLimit: REQUESTS_PER_SECOND,
  requestsPerSecond: REQUESTS_PER_SECOND,
});

const rows = [];
for (const { what, args, enough } of [
  { what: 'one answer, default arguments', args: {}, enough: 1 },
  { what: 'walk, default arguments', args: {}, enough: 400 },
  { what: 'walk, limit 100, max_bytes 40000', args: { limit: 100, max_bytes: 40_000 }, enough: IMAGES },
]) {
  globalThis.gc?.();
  const heapBytes = process.memoryUsage().heapUsed;
  const requests = house.simulator.requests.length;
  const startMs = performance.now();
  const tokens: number[] = [];
  let answers = 0;
  let images = 0;
  let offset: number | undefined = 0;
  while (offset !== undefined && images < enough) {
    const { structured, text }: Answer = await house.callTool('find_vulnerability', {
      cve: 'CVE-2021-44228',
      ...args,
      offset,
    });
    answers += 1;
    images += structured.images.length;
    offset = structured.coverage.next_offset;
    if (tokens.length < SAMPLES) tokens.push(countTokens(text));
  }
  const seconds = rounded((performance.now() - startMs) / 1000, 2);
  const perAnswer = tokens.reduce((sum, one) => sum + one, 0) / tokens.length;
  globalThis.gc?.();
  rows.push({
    '10,000 images': what,
    images,
    answers,
    requests: house.simulator.requests.length - requests,
    seconds,
    'tokens, an answer': rounded(perAnswer),
    'tokens, an image': rounded((perAnswer * answers) / images),
    'heap kept, MB': rounded((process.memoryUsage().heapUsed - heapBytes) / 2 ** 20, 1),
  });
}
await house.close();
report('estate', rows);
