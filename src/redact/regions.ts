/** ENV, ARG and LABEL, and the build arguments of image history, wherever they stand. */

import { secretNameKind } from './names.ts';
import { lineEnd } from './read-value.ts';
import { isProse, secretPart } from './values.ts';
import type { Span, View } from './view.ts';

/** An instruction wherever it stands, with what is before it; written small only where nothing else can be meant. */
const INSTRUCTION =
  /(?:(?<![\w.$/-])|(?<=\\n|^-|\n-))(?:ENV|ARG|LABEL)[ \t]|(?:^|\n|#\(nop\)[ \t]{1,8}|\d\d:\d\d:\d\d[ \t]{1,8})[ \t]{0,40}(?:[Ee]nv|[Aa]rg|[Ll]abel)[ \t]/g;

const BUILD_ARGS = /(?:^|\n|["'`]|RUN[ \t]{1,8}|\d\d:\d\d:\d\d[ \t]{1,8})\|\d{1,4}[ \t]/g;

/** Before an instruction: image history, a Dockerfile with or without its line numbers, a build's log. */
const CERTAIN_PLACE =
  /(?:^|\n|\\n|\n?#\(nop\)|\d\d:\d\d:\d\d|\bONBUILD|\bsh -c|\bStep \d{1,3}\/\d{1,3} :|Dockerfile[\w.-]{0,20}(?::\d{1,5}:?)?|(?:^|\n)[ \t]{0,8}\d{1,5}[ \t]{0,4}[|:]?)[ \t]{0,40}$/;

const LIKELY_PLACE = /["'`|>:+\](#*-][ \t]{0,8}$/;

const SPACED_NAME = /[ \t]{0,40}(["']?[^\s="']{1,200}["']?)(?:[ \t\u00a0]|\\\r?\n){1,40}(?=[^\s=])(?!#\s)/y;

/** Pairs whose unquoted values may hold blanks, until `stop` matches. */
export interface Region extends Span {
  stop: RegExp;
}

/** A blank that ends a value of an instruction. */
export const NEXT_PAIR =
  /(?:[ \t\u00a0]|\\\r?\n)+(?:["']?[A-Za-z_][\w.-]{0,100}=|# buildkit|\/(?:usr\/)?(?:local\/)?bin\/\w{0,8}sh\b|cmd \/|powershell |pwsh |$|\r?\n)/y;

/** Tells whether a place belongs to the view itself; asked from left to right. */
export type Outside = (start: number, end: number) => boolean;

/** The regions of a view in order; adds the secrets of `ENV NAME the rest of the line`. */
export function findRegions(view: View, outside: Outside): Region[] {
  const regions: Region[] = [];
  buildArguments(view.text, regions);
  readInstructions(view, outside, regions);
  return regions.sort((a, b) => a.start - b.start);
}

/**
 * ENV, ARG and LABEL: `NAME the rest of the line` is read here; with `NAME=` the instruction becomes a region, whose
 * unquoted values may hold blanks (image history prints them without quotes).
 */
function readInstructions(view: View, outside: Outside, regions: Region[]): void {
  const { text } = view;
  if (!/(?:env|arg|label)[ \t]/i.test(text)) return;
  let line = -1;
  INSTRUCTION.lastIndex = 0;
  for (let match = INSTRUCTION.exec(text); match; match = INSTRUCTION.exec(text)) {
    const start = match.index + match[0].length - 1;
    const word = match[0].trimStart();
    const at = match.index + match[0].length - word.length;
    if (!outside(at, at)) continue;
    const before = text.slice(Math.max(0, at - 60), at);
    const certain =
      word.length < match[0].length || (CERTAIN_PLACE.test(before) && !(view.quoted && before.trim() === ''));
    const likely = certain || view.quoted || LIKELY_PLACE.test(before);
    SPACED_NAME.lastIndex = start;
    const spaced = SPACED_NAME.exec(text);
    const name = (spaced?.[1] ?? '').replace(/["']/g, '');
    const kind = secretNameKind(name);
    if (spaced ? !kind || kind === 'header' : !likely) continue;
    const from = start + (spaced?.[0].length ?? 0);
    const prose =
      spaced && (!certain || word.startsWith('ARG')) && PROSE_WORD.exec(text.slice(from, from + 40))?.[0];
    if (prose && isProse(prose.toLowerCase())) continue;
    // Looked for once a line: many instructions may stand in one.
    if (from > line) line = instructionEnd(text, from);
    let end = line;
    INSTRUCTION.lastIndex = end;
    if (!spaced) {
      regions.push({ start, end, stop: NEXT_PAIR });
      continue;
    }
    const buildkit = text.slice(from, end).lastIndexOf('# buildkit');
    if (buildkit >= 0) end = from + buildkit;
    if (!likely || /[(`][ \t]{0,8}$/.test(before))
      end = from + (SENTENCE_END.exec(text.slice(from, end))?.index ?? end - from);
    const value = text.slice(from, end).trimEnd();
    const inner = unquoted(value);
    view.mark(from + (inner === value ? 0 : 1), secretPart(inner, name, kind));
  }
}

const PROSE_WORD = /^[A-Za-z]+(?=[\s.,;:)]|$)/;
const SENTENCE_END = /[.,;)](?:\s|$)|["'`]/;

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

/** End of an instruction: the first newline that no backslash continues. */
function instructionEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const end = lineEnd(text, at);
    if (end >= text.length) return end;
    if (!/\\[ \t]{0,20}\r?$/.test(text.slice(Math.max(at, end - 24), end))) return end;
    at = end + 1;
  }
}

function buildArguments(text: string, regions: Region[]): void {
  if (!text.includes('|')) return;
  BUILD_ARGS.lastIndex = 0;
  for (let match = BUILD_ARGS.exec(text); match; match = BUILD_ARGS.exec(text)) {
    const start = match.index + match[0].length - 1;
    const end = instructionEnd(text, start);
    regions.push({ start, end, stop: NEXT_PAIR });
    BUILD_ARGS.lastIndex = end;
  }
}
