/** Answers of whatever Action, with other texts: so that tests over all tools need to know no Action. */
import type { Alter } from './simulator.ts';

/** Members by which one asks on or that are words of the API: kept in one of two rows, so that the next request is met. */
const KEPT = /(?:Id|ID|Status|Level|Type|ImageName|ImageTag|Namespace|ImageRepoAddress)$/;

/** Rows of the proper answer that the altered ones are made of. */
const TEMPLATES = 16;

/** A row with a number as its id gets one of its own, from here on. */
const FIRST_ID = 8_000_000;

type Json = Record<string, unknown>;

/**
 * Puts the texts in place of every text. A list gets its first rows, in which members such as ids and levels stay, and
 * then at least one row for each text, in which nothing stays. It is paged as it was asked. Of each further thing that an
 * Action is asked about, numbers differ too, so that a comparison has something to say.
 */
export function withTexts(texts: readonly string[]): Alter {
  const subjects = new Map<string, { readonly number: number; readonly templates: Json[] }>();
  return (answer, { action, body }) => {
    const { List, ...rest } = answer as { List?: Json[] };
    const {
      Offset = 0,
      Limit = 10,
      Filters,
      By,
      Order,
      ...about
    } = body as Json & { Offset?: number; Limit?: number };
    const key = JSON.stringify([action, about]);
    const number = [...subjects.keys()].filter((one) => one.startsWith(`["${action}"`)).length;
    const subject = subjects.get(key) ?? { number, templates: [] };
    subjects.set(key, subject);
    if (!Array.isArray(List)) return replaced(rest, texts[subject.number % texts.length] ?? '', 0, KEPT);
    if (subject.templates.length === 0) subject.templates.push(...List.slice(0, TEMPLATES));
    const rows = rowsOf(subject.templates, texts, subject.number);
    return { ...rest, List: rows.slice(Offset, Offset + Limit), TotalCount: rows.length };
  };
}

function rowsOf(templates: readonly Json[], texts: readonly string[], added: number): Json[] {
  const kept = templates.map((row, at) => replaced(row, texts[at % texts.length] ?? '', added, KEPT));
  if (templates.length === 0) return kept;
  const others = Array.from({ length: Math.max(templates.length, texts.length) }, (_, at) => {
    const template = templates[at % templates.length] as Json;
    const row = replaced(template, texts[at % texts.length] ?? '', added);
    return typeof template['Id'] === 'number' ? { ...row, Id: FIRST_ID + at } : row;
  });
  return [...kept, ...others];
}

/** Every text in a value, however deep, but those of members with a name that is kept; to numbers `added` is added. */
function replaced(value: Json, text: string, added: number, kept?: RegExp): Json {
  const deep = (inner: unknown, name: string): unknown => {
    if (kept?.test(name)) return inner;
    if (typeof inner === 'string') return text;
    if (typeof inner === 'number') return inner + added;
    if (Array.isArray(inner)) return inner.map((one) => deep(one, name));
    return typeof inner === 'object' && inner !== null ? replaced(inner as Json, text, added, kept) : inner;
  };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, deep(member, name)]));
}
