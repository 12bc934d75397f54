/** ENV, ARG and LABEL, and the build arguments of image history, wherever they stand. */

import { secretNameKind } from './names.ts';
import { lineEnd, matchAt } from './read-value.ts';
import { isProse, secretOfName } from './values.ts';
import { allMatches, type Span, type View } from './view.ts';

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

const PROSE_WORD = /[A-Za-z]{1,40}(?=[\s.,;:)]|$)/y;
const SENTENCE_END = /[.,;)](?:\s|$)|["'`]/;

/**
 * The regions of a view in order: build arguments and instructions with `NAME=`, whose unquoted values may hold blanks,
 * for image history prints them without quotes. Notes the secrets of `ENV NAME the rest of the line`.
 */
export function findRegions(view: View, outside: Outside): Region[] {
  const { text } = view;
  const regions: Region[] = [];
  let done = 0;
  for (const { 0: match, index } of text.includes('|') ? allMatches(text, BUILD_ARGS) : []) {
    if (index < done) continue;
    const start = index + match.length - 1;
    done = instructionEnd(text, start);
    regions.push({ start, end: done, stop: NEXT_PAIR });
  }
  done = 0;
  for (const { 0: match, index } of /(?:env|arg|label)[ \t]/i.test(text)
    ? allMatches(text, INSTRUCTION)
    : []) {
    const start = index + match.length - 1;
    const at = index + match.length - match.trimStart().length;
    if (at < done || !outside(at, at)) continue;
    const before = text.slice(Math.max(0, at - 60), at);
    const certain = CERTAIN_PLACE.test(before) && !(view.quoted && before.trim() === '');
    const likely = certain || view.quoted || LIKELY_PLACE.test(before);
    SPACED_NAME.lastIndex = start;
    const [spaced = '', quotedName = ''] = SPACED_NAME.exec(text) ?? [];
    if (spaced === '') {
      if (!likely) continue;
      done = instructionEnd(text, start);
      regions.push({ start, end: done, stop: NEXT_PAIR });
      continue;
    }
    const name = quotedName.replace(/["']/g, '');
    if (!secretNameKind(name)) continue;
    const from = start + spaced.length;
    const isSentence = !certain || /arg[ \t]$/i.test(match);
    if (isSentence && isProse((matchAt(PROSE_WORD, text, from) ?? '').toLowerCase())) continue;
    done = instructionEnd(text, from);
    let value = text.slice(from, done).replace(/# buildkit[^\n]{0,200}$/, '');
    if (!likely || /[(`][ \t]{0,8}$/.test(before)) value = value.split(SENTENCE_END, 1)[0] ?? '';
    const quotes = /^(["']).*\1\s*$/s.test(value) ? 1 : 0;
    view.mark(from + quotes, secretOfName(value.trimEnd().slice(quotes, -quotes || undefined), name));
  }
  return regions.sort((a, b) => a.start - b.start);
}

/** End of an instruction: the first newline that no backslash continues. */
function instructionEnd(text: string, from: number): number {
  let end = lineEnd(text, from);
  while (end < text.length && /\\[ \t]{0,20}\r?$/.test(text.slice(Math.max(from, end - 24), end)))
    end = lineEnd(text, end + 1);
  return end;
}
