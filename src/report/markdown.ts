/** A report as Markdown, for a job's summary or a comment on a pull request. Pure. */
import { LEVELS } from '../tcss/vocabulary.ts';
import type { Document, Table } from './document.ts';
import { oneLine } from './document.ts';

/** What GitHub takes in one comment. */
export const MOST_CHARACTERS = 65_536;

/** Kept for the sentences on what was left out, of which each table has one. */
const ROOM_FOR_CUTS = 200;

/** More of one cell is not shown: a table with longer ones can't be read. */
const CELL_CHARACTERS = 300;

/** At most 65,536 characters; the ends of tables are left out to keep to it, which is said. */
export function markdownOf(document: Document): string {
  const { tool, title, subject, headline, problems, bars, facts, tables, notes } = document;
  const head = [
    // By this a bot finds its own comment again.
    `<!-- tcss-mcp-server ${tool} -->`,
    `### ${title}${subject === '' ? '' : ` ${code(subject)}`}`,
    ...(problems.length === 0
      ? []
      : [
          `**Incomplete, something may be missing:**\n${problems.map((why) => `- ${plain(why)}`).join('\n')}`,
        ]),
    `**${headline}**`,
    ...bars.map(
      ({ label, counts }) =>
        `${label === '' ? 'Rows by level' : `Rows of the ${label}`}: ${LEVELS.filter(
          (level) => level !== 'unknown' || counts.unknown > 0,
        )
          .map((level) => `**${counts[level]}** ${level}`)
          .join(' · ')}`,
    ),
    ...(facts.length === 0 ? [] : [facts.map(([name, value]) => `${name} ${code(value)}`).join(' · ')]),
  ].join('\n\n');
  const foot = notes.map((note) => `<sub>${plain(note)}</sub>`).join('\n\n');
  let room = MOST_CHARACTERS - head.length - foot.length - 10 - tables.length * ROOM_FOR_CUTS;
  const drawn = tables.map((table) => {
    const text = drawnTable(table, room);
    room -= text.length;
    return text;
  });
  return `${[head, ...drawn, ...(foot === '' ? [] : [foot])].join('\n\n')}\n`;
}

function drawnTable({ heading, columns, rows }: Table, room: number): string {
  const lines = [
    `#### ${heading}`,
    '',
    line(columns.map((column) => column.heading)),
    `|${'---|'.repeat(columns.length)}`,
  ];
  let left = room - lines.join('\n').length;
  let shown = 0;
  for (const { cells } of rows) {
    const text = line(cells.map((cell) => code(shortened(cell))));
    left -= text.length + 1;
    if (left < 0) break;
    lines.push(text);
    shown += 1;
  }
  if (shown < rows.length) {
    const which =
      shown === 0 ? `None of ${rows.length} rows are` : `The first ${shown} of ${rows.length} rows are`;
    lines.push('', `**${which} shown here: a comment holds no more.**`);
  }
  return lines.join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > CELL_CHARACTERS ? `${characters.slice(0, CELL_CHARACTERS).join('')}…` : text;
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
