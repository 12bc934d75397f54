/** What `call --format` writes besides text and json: walks a call's answers and writes the report. Loaded for these alone. */
import type { ReportFormat } from '../command-line.ts';
import { levelWords } from '../present/row-item.ts';
import { documentOf } from './document.ts';
import { htmlOf } from './html.ts';
import { type Fields, LAYOUTS, type Layout } from './layout.ts';
import { markdownOf } from './markdown.ts';
import { sarifOf } from './sarif.ts';
import { type Asked, type Place, walk } from './walk.ts';

/** What one answer of a walk asks for, whatever the call says: as much as an answer may hold. */
export const WHOLE_ANSWERS = { limit: 100, max_bytes: 40_000, detail: 'full' } as const;

/** A report, and what is said about it on a terminal. */
export interface Report {
  readonly text: string;
  /** The answers as one. */
  readonly structured: Fields;
  /** How much was found, and what this server says about it; no word of upstream's. */
  readonly summary: string;
  /** Why it may be incomplete; empty for a whole one. */
  readonly problems: readonly string[];
}

/** The layout of a tool's report in that format; else the formats there are for the tool, and the tools for the format. */
export function layoutFor(
  tool: string,
  format: ReportFormat,
): Layout | { readonly formats: readonly string[]; readonly tools: readonly string[] } {
  const layout = Object.hasOwn(LAYOUTS, tool) ? LAYOUTS[tool] : undefined;
  if (layout?.formats.includes(format)) return layout;
  const tools = Object.keys(LAYOUTS).filter((name) => LAYOUTS[name]?.formats.includes(format));
  return { formats: layout?.formats ?? [], tools };
}

/** Walks and writes. `ask` takes where an answer begins; `nowMs` gives the time when the last one came. */
export async function makeReport(
  format: ReportFormat,
  tool: string,
  layout: Layout,
  ask: (place: Place) => Promise<Asked>,
  {
    nowMs,
    onRead,
  }: { readonly nowMs: () => number; readonly onRead?: (rows: number, total: number) => void },
): Promise<Report | { readonly error: string }> {
  const walked = await walk(layout, ask, onRead);
  if ('error' in walked) return walked;
  const document = documentOf(tool, layout, walked);
  const write = {
    sarif: () => sarifOf(tool, layout, walked, nowMs()),
    markdown: () => markdownOf(document),
    html: () => htmlOf(document),
  };
  return {
    text: write[format](),
    structured: walked.structured,
    summary: [
      `${document.headline}.`,
      ...document.bars.map(
        ({ label, counts }) =>
          `${label === '' ? 'Rows' : `Rows of the ${label}`} by level: ${levelWords((level) => counts[level])}.`,
      ),
      ...document.notes,
    ].join('\n'),
    problems: walked.problems,
  };
}
