/** The opaque mark with which a walk over an image's findings goes on. It needs no state in this process. */
import { createHash } from 'node:crypto';
import { InputError } from '../errors.ts';
import type { RowFilter, RowQuery } from './row-kind.ts';

/** Where a walk stands. */
export interface Cursor {
  /** The window's first row. */
  readonly start: number;
  /** The row after the window's last; 0 when the window is yet to be read. */
  readonly end: number;
  /** Findings of this window that were shown already. */
  readonly shown: number;
  /** Matching rows when the cursor was made; -1 when the service gave no total. */
  readonly total: number;
}

/** Most rows that one call reads: ten pages. */
export const WINDOW_ROWS = 1000;

/** Longest cursor that is looked at. */
export const CURSOR_LENGTH = 200;

/** Ties a cursor to one question: 8 hex digits of the Action, its filters and order, 8 of the resolved image. */
export function questionHash(action: string, query: RowQuery): string {
  return filterHash(action, query) + digest(String(query.id)).slice(0, 8);
}

function filterHash(action: string, { filters, order }: RowFilter): string {
  return digest(JSON.stringify([action, filters, order])).slice(0, 8);
}

/** The cursor as text, at most 200 bytes of base64url. */
export function writeCursor({ start, end, shown, total }: Cursor, question: string): string {
  const payload = [start, end, shown, total, question].join('.');
  return Buffer.from(`${payload}.${digest(payload)}`).toString('base64url');
}

/**
 * Reads a cursor's text back.
 * @throws {InputError} when it is cut, made up or damaged, or asks for more than a cursor may.
 */
export function readCursor(text: string): Cursor & { readonly question: string } {
  const plain = Buffer.from(text, 'base64url').toString('latin1');
  const parts =
    /^(?<payload>(?<start>\d{1,16})\.(?<end>\d{1,16})\.(?<shown>\d{1,4})\.(?<total>-1|\d{1,16})\.(?<question>[0-9a-f]{16}))\.(?<sum>[0-9a-f]{12})$/.exec(
      plain,
    )?.groups;
  const cursor = {
    start: Number(parts?.['start']),
    end: Number(parts?.['end']),
    shown: Number(parts?.['shown']),
    total: Number(parts?.['total']),
    question: parts?.['question'] ?? '',
  };
  // base64url is read leniently, so one cursor could be spelt in several ways.
  const isOurs =
    digest(parts?.['payload'] ?? '') === parts?.['sum'] && writeCursor(cursor, cursor.question) === text;
  const rows = cursor.end - cursor.start;
  const isPossible = cursor.end === 0 ? cursor.shown === 0 : rows > cursor.shown && rows <= WINDOW_ROWS;
  if (isOurs && isPossible) return cursor;
  throw new InputError(
    'cursor is not one that an answer gave, or it was cut. Give next_cursor exactly as it came, or leave cursor out to start again',
  );
}

const OTHER_QUESTION =
  'cursor belongs to another question: give it to the same tool with the same image, filters and order as the call that it came from, or leave it out to start again';

/** @throws {InputError} when the cursor was given for another Action, other filters or another order. */
export function checkFilter(cursor: { readonly question: string }, action: string, filter: RowFilter): void {
  if (!cursor.question.startsWith(filterHash(action, filter))) throw new InputError(OTHER_QUESTION);
}

/** @throws {InputError} when the cursor was given for another question. */
export function checkQuestion(cursor: { readonly question: string }, question: string): void {
  if (cursor.question !== question) throw new InputError(OTHER_QUESTION);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
