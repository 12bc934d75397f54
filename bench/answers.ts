/**
 * What answers cost: requests, bytes and tokens, beside the raw JSON of the same rows. Everything goes
 * over HTTP on loopback; figures of size are exact, so one run is enough.
 */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type DemoImage, demoAccount, generatedRisks, makeImage } from '../src/demo/data-set.ts';
import { NOW_MS, startHouse } from '../test/setup.ts';

const demo = demoAccount(NOW_MS);
const sized = (id: number, rows: number) => makeImage(id, `bench/rows:${rows}`, generatedRisks(rows));
const account = {
  images: [
    ...demo.images,
    sized(9_000_010, 10),
    sized(9_000_100, 100),
    sized(9_005_000, 5000),
    sized(9_050_000, 50_000),
  ],
};

/** One row of the table: a name and the question. */
const QUESTIONS: [string, Record<string, unknown>][] = [
  ['10 risks', { image_id: 9_000_010 }],
  ['37 risks (demo), summary', { image_id: 6_947_412, detail: 'summary' }],
  ['37 risks (demo), concise', { image_id: 6_947_412, limit: 100, max_bytes: 40_000 }],
  ['37 risks (demo), full', { image_id: 6_947_412, detail: 'full', limit: 100, max_bytes: 40_000 }],
  ['100 risks, default arguments', { image_id: 9_000_100 }],
  ['100 risks, all shown', { image_id: 9_000_100, limit: 100, max_bytes: 40_000 }],
  ['658 equal risks (demo)', { image_id: 6_947_411 }],
  ['5,000 risks', { image_id: 9_005_000 }],
  ['50,000 risks', { image_id: 9_050_000 }],
];

/** Tokens of the rows as the API gives them; long lists are measured on 1,000 rows and scaled. */
function rawTokens({ risks }: DemoImage): number {
  const measured = Math.min(risks.length, 1000);
  const rows = Array.from({ length: measured }, (_, at) => risks.at(at));
  return Math.round((countTokens(JSON.stringify(rows)) * risks.length) / measured);
}

const house = await startHouse({ account });
const table = [];
for (const [question, args] of QUESTIONS) {
  const image = account.images.find(({ info }) => info.Id === args['image_id']);
  const before = house.simulator.requests.length;
  const { text, structured } = await house.callTool(args);
  const json = JSON.stringify(structured);
  const raw = image === undefined ? 0 : rawTokens(image);
  table.push({
    question,
    requests: house.simulator.requests.length - before,
    findings: structured.findings.length,
    'text bytes': Buffer.byteLength(text),
    'text tokens': countTokens(text),
    'structured bytes': Buffer.byteLength(json),
    'structured tokens': countTokens(json),
    'raw tokens': raw,
    'raw : text': (raw / countTokens(text)).toFixed(1),
    'raw : structured': (raw / countTokens(json)).toFixed(1),
  });
}
await house.close();
const columns = Object.keys(table[0] ?? {});
const line = (cells: unknown[]) => `| ${cells.join(' | ')} |\n`;
process.stdout.write(line(columns) + line(columns.map(() => '---')));
for (const row of table) process.stdout.write(line(Object.values(row)));
