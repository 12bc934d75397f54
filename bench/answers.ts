/**
 * What answers cost: requests, bytes and tokens, beside the plain server's answer to the same question
 * (the first page, at most 100 rows) and the raw JSON of every row. Sizes are exact, so one run is enough.
 */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { DEMO_CREDENTIALS, demoAccount } from '../src/demo/data-set.ts';
import { type DemoImage, makeImage } from '../src/demo/image.ts';
import { generatedRisks } from '../src/demo/risks.ts';
import { systemClock } from '../src/http/time.ts';
import { startHouse } from '../test/setup.ts';
import { report, rounded, times } from './measure/report.ts';
import { callRisks, PLAIN, startServer } from './measure/server-process.ts';

const sized = (id: number, rows: number) => makeImage(id, `bench/rows:${rows}`, generatedRisks(rows));
const account = {
  images: [
    ...demoAccount().images,
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
  const measured = risks.slice(0, 1000);
  return Math.round((countTokens(JSON.stringify(measured)) * risks.length) / measured.length);
}

// The official client signs with this machine's time.
const house = await startHouse({ account, clock: systemClock });
const plain = startServer(PLAIN, {
  TENCENTCLOUD_SECRET_ID: DEMO_CREDENTIALS.secretId,
  TENCENTCLOUD_SECRET_KEY: DEMO_CREDENTIALS.secretKey,
  TCSS_ENDPOINT: house.simulator.url,
});
await plain.initialize();
const rows = [];
for (const [question, args] of QUESTIONS) {
  const image = account.images.find(({ info }) => info.Id === args['image_id']);
  if (image === undefined) throw new Error(question);
  const before = house.simulator.requests.length;
  const { text, structured } = await house.callTool(args);
  const requests = house.simulator.requests.length - before;
  const json = JSON.stringify(structured);
  const page = (await callRisks(plain, { image_id: args['image_id'] })).content[0].text;
  const shown = structured.findings?.length ?? 0;
  const tokens = { text: countTokens(text), json: countTokens(json), page: countTokens(page) };
  const each = (all: number, findings: number) => (findings === 0 ? '' : rounded(all / findings));
  rows.push({
    question,
    requests,
    'rows read': structured.coverage.fetched,
    findings: shown,
    'text bytes': Buffer.byteLength(text),
    'text tokens': tokens.text,
    'a finding': each(tokens.text, shown),
    'structured bytes': Buffer.byteLength(json),
    'structured tokens': tokens.json,
    'a finding ': each(tokens.json, shown),
    'plain rows': Math.min(100, image.risks.length),
    'plain bytes': Buffer.byteLength(page),
    'plain tokens': tokens.page,
    'a row': each(tokens.page, Math.min(100, image.risks.length)),
    'every row raw': rawTokens(image),
    'plain : text': times(tokens.page, tokens.text),
    'plain : structured': times(tokens.page, tokens.json),
    'every row : text': times(rawTokens(image), tokens.text),
    'every row : structured': times(rawTokens(image), tokens.json),
  });
}
await plain.end('SIGTERM');
await house.close();
report('answers', rows);
