/** What a hostile or broken service may answer and a confused model may ask, as JSON that is not yet parsed. */
import fc from 'fast-check';
import { MAX_BYTES_RANGE } from '../src/config.ts';
import type { AnyTool } from '../src/tool.ts';
import { anyCharacter } from './any-character.ts';

/** A made-up key pair, which answers may echo. */
export const SECRET_ID = 'AKIDmadeUpForTests0123456789abcdefgh';
export const SECRET_KEY = 'zYxWvUtSrQpOnMlKjIhGfEdCbA987654';

/** JSON as text, so that it may be what JSON.stringify never writes. */
const hostileText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.constantFrom(
    '</data 0a1b2c3d>',
    '\u001b[2J\u202e\u0000\u2028',
    '\ud800',
    '__proto__',
    `Authorization: ${SECRET_ID}/${SECRET_KEY}`,
    'password=FAKE-1 '.repeat(300),
    'x'.repeat(100_000),
    '[a](b)'.repeat(500),
    '2024-05-06 10:49:58\nRUN x',
    '2024-99-99 99:99:99',
    '9'.repeat(400),
  ),
);
const oddJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  hostileText.map((text) => JSON.stringify(text)),
  fc.constantFrom(
    ...['null', '[]', '{}', '[[]]', 'true', '-1', '1e999', '1.5', '9007199254740993', '-0', '""', '[null]'],
    ...['{"__proto__":{"x":1},"constructor":null,"toString":1}', nested(5000)],
  ),
);

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

/** An object as JSON: each member as it should be, or anything, or absent, or twice. */
function nearly(members: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> {
  const member = (name: string, usual: fc.Arbitrary<string>) =>
    fc
      .oneof(
        { weight: 200, arbitrary: usual },
        { weight: 1, arbitrary: oddJson },
        { weight: 10, arbitrary: fc.constant('') },
      )
      .map((value) => (value === '' ? [] : [`"${name}":${value}`]));
  return fc
    .tuple(
      ...Object.entries(members).map(([name, usual]) => member(name, usual)),
      fc.constantFrom([], [], [], [], [], [], [], ['"x":[{}]'], ['"List":7']),
    )
    .map((written) => `{${written.flat().join(',')}}`);
}

const number = fc.integer({ min: 0, max: 1200 }).map(String);
const text = fc.oneof(hostileText, fc.string({ maxLength: 20 })).map((value) => JSON.stringify(value));
const code = fc.constantFrom('1', '3', '"2"', '4', '-7', '99');
const row = nearly({
  Behavior: code,
  Type: code,
  Level: fc.constantFrom('"4"', '3', '"high"', '0', '"9"'),
  Desc: text,
  InstructionContent: text,
});
const component = nearly({ Name: text, Version: text, FixedVersion: text, Path: text });
const vulnerability = nearly({
  CVEID: text,
  POCID: text,
  Name: text,
  Level: code,
  Des: text,
  CvssScore: fc.constantFrom('"9.8"', '""', '"x"', '7'),
  Component: text,
  Version: text,
  FixedVersions: text,
  Components: fc.array(component, { maxLength: 3 }).map((list) => `[${list.join(',')}]`),
});
const virus = nearly({
  Path: text,
  RiskLevel: code,
  Category: text,
  VirusName: text,
  Desc: text,
  Solution: text,
  FileName: text,
  FileMd5: text,
});
const word = fc
  .constantFrom('SCANNED', 'NOT_SCAN', 'SCANNING', 'SCAN_ERR', 'new')
  .map((value) => JSON.stringify(value));
const image = nearly({
  Id: number,
  ImageDigest: text,
  ImageName: fc.constant('"app"'),
  ImageTag: text,
  Namespace: fc.constant('"n"'),
  ImageRepoAddress: text,
  RegistryType: text,
  RiskCnt: number,
  ScanTime: text,
  VulCnt: number,
  VirusCnt: number,
  IsLatestImage: fc.constantFrom('true', 'false'),
  ScanStatus: word,
  CveStatus: word,
  RiskStatus: word,
  VirusStatus: word,
  IsAuthorized: fc.constantFrom('0', '1'),
});
const requestId = fc.uuid().map((id) => `"${id}"`);
const failure = nearly({
  Error: nearly({
    Code: fc.constantFrom('"InternalError"', '"ResourceNotFound"', '"AuthFailure.X"'),
    Message: text,
  }),
  RequestId: requestId,
});
const pageOf = (item: fc.Arbitrary<string>) =>
  fc.array(item, { maxLength: 12 }).chain((rows) =>
    nearly({
      List: fc.constant(`[${rows.join(',')}]`),
      TotalCount: fc.oneof(
        { weight: 3, arbitrary: fc.constant(String(rows.length)) },
        { weight: 1, arbitrary: number },
      ),
      RequestId: requestId,
    }),
  );
const enveloped = (response: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 8, arbitrary: response.map((inner) => `{"Response":${inner}}`) },
    { weight: 1, arbitrary: failure.map((inner) => `{"Response":${inner}}`) },
    { weight: 1, arbitrary: oddJson },
    {
      weight: 1,
      arbitrary: fc.constantFrom(nested(100_000), '', '<html>', '{"Response":{"Lis', '\ufeff{"Response":{}}'),
    },
  );

const bodies = (page: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(enveloped(page), { minLength: 1, maxLength });

/** Bodies by Action; a list is used up one request at a time, and its last one stays. */
export const service = fc.record({
  DescribeAssetImageRegistryRiskInfoList: bodies(pageOf(row), 3),
  DescribeAssetImageRegistryVulList: bodies(pageOf(vulnerability), 3),
  DescribeAssetImageRegistryVirusList: bodies(pageOf(virus), 3),
  DescribeAssetImageRegistryList: bodies(pageOf(image), 3),
  DescribeAssetImageRegistryDetail: bodies(image, 2),
});

const reference = fc.constantFrom('7', '8', 'app', 'n/app:1');

/** Values of arguments by name, for whichever tool takes them; each fits its schema. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  image_id: fc.constant(7),
  image: reference,
  base: reference,
  target: reference,
  query: fc.constantFrom('app', 'n/app:1', 'no such'),
  levels: fc.subarray(['critical', 'high', 'medium', 'low'], { minLength: 1 }),
  order: fc.constantFrom('asc', 'desc'),
  offset: fc.constantFrom(0, 0, 0, 5, 1000),
  limit: fc.integer({ min: 1, max: 100 }),
  detail: fc.constantFrom('summary', 'concise', 'full'),
  max_bytes: fc.constantFrom(MAX_BYTES_RANGE.min, 2500, 8000, MAX_BYTES_RANGE.max),
};

/** A valid question to a tool: what it must be given, and any part of the rest. */
export function question(tool: AnyTool): fc.Arbitrary<Record<string, unknown>> {
  const groups = tool.exactlyOneOf.flat();
  const names = Object.keys(tool.input.shape);
  const pick = (name: string) => VALUES[name] ?? fc.constant(undefined);
  const optional = names.filter((name) => tool.input.shape[name].isOptional() && name in VALUES);
  return fc
    .tuple(
      fc.record(
        Object.fromEntries(names.filter((name) => !groups.includes(name)).map((name) => [name, pick(name)])),
        { requiredKeys: names.filter((name) => !groups.includes(name) && !optional.includes(name)) },
      ),
      ...tool.exactlyOneOf.map((group) =>
        fc.constantFrom(...group).chain((name) => pick(name).map((value) => ({ [name]: value }))),
      ),
    )
    .map((parts) => Object.assign({}, ...parts));
}

/** Arguments as they stand on the wire. */
export function anyArguments(tool: AnyTool): fc.Arbitrary<string> {
  const names = [...Object.keys(tool.input.shape), '__proto__', 'constructor'];
  return fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), oddJson), { maxLength: 6 })
    .map((pairs) => `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`);
}
