/** What a finding of the other lists costs beside the raw JSON of a row as the service gives it. Sizes are exact. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { makeImage } from '../src/demo/image.ts';
import { generatedVuls } from '../src/demo/vulnerabilities.ts';
import { startHouse } from '../test/setup.ts';
import { generatedViruses } from '../test/simulator/generated-viruses.ts';
import { report, rounded, times } from './measure/report.ts';

const ROWS = 100;
const others = { vuls: generatedVuls(ROWS), viruses: generatedViruses(ROWS) };
const house = await startHouse({ account: { images: [makeImage(1, 'bench/rows:1', [], {}, others)] } });
const lists = { list_image_vulnerabilities: others.vuls, list_image_malware: others.viruses };
const rows = [];
for (const [tool, raw] of Object.entries(lists)) {
  const json = JSON.stringify(raw);
  for (const [shown, args] of [
    ['default arguments', {}],
    ['all shown', { limit: ROWS, max_bytes: 40_000 }],
  ] as const) {
    const { text, structured } = await house.callTool(tool, { image_id: 1, ...args });
    const findings = structured.findings.length;
    const tokens = {
      raw: countTokens(json),
      text: countTokens(text),
      json: countTokens(JSON.stringify(structured)),
    };
    rows.push({
      list: `${tool}, ${ROWS} rows, ${shown}`,
      findings,
      'text, a finding': rounded(tokens.text / findings),
      'structured, a finding': rounded(tokens.json / findings),
      'raw, a row': rounded(tokens.raw / ROWS),
      'raw : text': times(tokens.raw, tokens.text),
      'raw : structured': times(tokens.raw, tokens.json),
    });
  }
}
await house.close();
report('other-lists', rows);
