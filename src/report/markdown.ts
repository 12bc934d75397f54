/** A report as Markdown, for a job's summary or a comment on a pull request. Pure. */
import { LEVELS } from '../tcss/vocabulary.ts';
import type { Document, Table } from './document.ts';
import { oneLine } from './document.ts';

/** What GitHub takes in one comment. */
export const MOST_CHARACTERS = 65_536;

/** Kept for the sentence on what was left out of a table. */
const ROOM_FOR_CUT = 100;

/** More of one cell is not shown: a table with longer ones can't be read. */
const CELL_CHARACTERS = 300;

/** More of one text beside the tables is not shown either. */
const TEXT_CHARACTERS = 1000;

/** For all problems, all facts, all notes: one text at least, were each of its characters a reference. */
const ROOM_FOR_TEXTS = 12_100;

/** At most 65,536 characters; the ends of tables, and of long texts, are left out to keep to it, which is said. */
export function markdownOf(document: Document): string {
  const { tool, title, subject, headline, problems, bars, facts, tables, notes } = document;
  const shortFacts = facts.map(([name, value]) => `${name} ${code(shortened(value, TEXT_CHARACTERS))}`);
  const head = [
    // By this a bot finds its own comment again.
    `<!-- tcss-mcp-server ${tool} -->`,
    `### ${title}${subject === '' ? '' : ` ${code(shortened(subject, TEXT_CHARACTERS))}`}`,
    ...(problems.length === 0
      ? []
      : [`**Incomplete, something may be missing:**\n${within(textsOf(problems, '- '), '\n')}`]),
    `**${headline}**`,
    ...bars.map(
      ({ label, counts }) =>
        `${label === '' ? 'Rows by level' : `Rows of the ${label}`}: ${LEVELS.filter(
          (level) => level !== 'unknown' || counts.unknown > 0,
        )
          .map((level) => `**${counts[level]}** ${level}`)
          .join(' · ')}`,
    ),
    ...(facts.length === 0 ? [] : [within(shortFacts, ' · ')]),
  ].join('\n\n');
  const foot = within(textsOf(notes, '<sub>', '</sub>'), '\n\n');
  const frames = tables.map(frameOf);
  const fixed = [head, foot, ...frames].reduce((sum, text) => sum + text.length + ROOM_FOR_CUT, 0);
  let room = MOST_CHARACTERS - fixed;
  const drawn = tables.map(({ rows }, at) => {
    const text = rowsWithin(rows, room);
    room -= text.length;
    return `${frames[at]}${text}`;
  });
  return `${[head, ...drawn, ...(foot === '' ? [] : [foot])].join('\n\n')}\n`;
}

function textsOf(texts: readonly string[], before: string, after = ''): readonly string[] {
  return texts.map((text) => `${before}${plain(shortened(text, TEXT_CHARACTERS))}${after}`);
}

/** The first texts for which there is room, and how many there are beside them. */
function within(texts: readonly string[], separator: string): string {
  let length = 0;
  const fitting = texts.filter((text) => {
    length += text.length + separator.length;
    return length <= ROOM_FOR_TEXTS;
  });
  const left = texts.length - fitting.length;
  return [...fitting, ...(left === 0 ? [] : [`${left} more are not shown here`])].join(separator);
}

function frameOf({ heading, columns }: Table): string {
  const head = line(columns.map((column) => column.heading));
  return `#### ${heading}\n\n${head}\n|${'---|'.repeat(columns.length)}`;
}

function rowsWithin(rows: Table['rows'], room: number): string {
  let text = '';
  for (const [shown, { cells }] of rows.entries()) {
    const row = `\n${line(cells.map((cell) => code(shortened(cell, CELL_CHARACTERS))))}`;
    if (text.length + row.length > room) {
      const which = shown === 0 ? 'None' : `The first ${shown}`;
      return `${text}\n\n**${which} of ${rows.length} rows are shown here: a comment holds no more.**`;
    }
    text += row;
  }
  return text;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : text;
}

/** Whatever means something in Markdown or HTML, alone or beside others. */
const MARKS = /[\\`*_{}[\]#!|~$^@&<>]|:(?=\/\/)|(?<=www)\./gi;

/** A text as plain words: each mark as a character reference, and nothing that GitHub makes a mention or a link of. */
function plain(text: string): string {
  // GitHub looks for mentions, numbers and addresses once references are read: a blank without width stops that.
  return oneLine(text).replaceAll(
    MARKS,
    (mark) => `&#${mark.charCodeAt(0)};${mark === '@' || mark === '#' ? '&#8203;' : ''}`,
  );
}

/** The same as code, which says that others wrote it. Not between backticks: one of its own, or a bar, would end it. */
function code(text: string): string {
  return text === '' ? '' : `<code>${plain(text)}</code>`;
}
