/** The opaque text with which a walk over an image's findings continues. It needs no state in this process. */
import { createHash } from 'node:crypto';
import { InputError } from '../errors.ts';
import type { RowFilter, RowQuery } from './row-kind.ts';

/** Where a walk has got to. */
export interface Cursor {
  /** The window's first row. */
  readonly start: number;
  /** The row after the window's last; 0 when the window has not been read yet. */
  readonly end: number;
  /** Findings of this window that were already shown. */
  readonly shown: number;
  /** Matching rows when the cursor was made; -1 when the service gave no total. */
  readonly total: number;
}

/** The most rows that one call reads: ten pages. */
export const WINDOW_ROWS = 1000;

/** Longest cursor that is accepted. */
export const CURSOR_LENGTH = 200;

/** Ties a cursor to one question: 8 hex digits for the Action, its filters and order, 8 for the resolved image. */
export function questionHash(action: string, query: RowQuery): string {
  return filterHash(action, query) + shortHash(String(query.id)).slice(0, 8);
}

function filterHash(action: string, { filters, order }: RowFilter): string {
  return shortHash(JSON.stringify([action, filters, order])).slice(0, 8);
}

/** The cursor as text, at most 200 bytes of base64url. */
export function writeCursor({ start, end, shown, total }: Cursor, question: string): string {
  const payload = [start, end, shown, total, question].join('.');
  return Buffer.from(`${payload}.${shortHash(payload)}`).toString('base64url');
}

/**
 * Reads a cursor's text back.
 * @throws {InputError} when it was cut, damaged or made up, or describes no possible walk.
 */
export function readCursor(text: string): Cursor & { readonly question: string } {
  const plain = Buffer.from(text, 'base64url').toString('latin1');
  const parts =
    /^(?<payload>(?<start>\d{1,16})\.(?<end>\d{1,16})\.(?<shown>\d{1,4})\.(?<total>-1|\d{1,16})\.(?<question>[0-9a-f]{16}))\.(?<checksum>[0-9a-f]{12})$/.exec(
      plain,
    )?.groups;
  const cursor = {
    start: Number(parts?.['start']),
    end: Number(parts?.['end']),
    shown: Number(parts?.['shown']),
    total: Number(parts?.['total']),
    question: parts?.['question'] ?? '',
  };
  const isIntact = shortHash(parts?.['payload'] ?? '') === parts?.['checksum'];
  const rows = cursor.end - cursor.start;
  const isPossible = cursor.end === 0 ? cursor.shown === 0 : rows > cursor.shown && rows <= WINDOW_ROWS;
  if (isIntact && isPossible) return cursor;
  throw new InputError(
    'cursor is not one that an answer gave, or it was cut. Pass next_cursor exactly as it came, or leave cursor out to start again',
  );
}

const OTHER_QUESTION =
  'cursor belongs to another question: use it with the same tool, image, filters and order as the call that gave it, or leave it out to start again';

/** @throws {InputError} when the cursor belongs to another Action, other filters or another order. */
export function checkFilter(cursor: { readonly question: string }, action: string, filter: RowFilter): void {
  if (!cursor.question.startsWith(filterHash(action, filter))) throw new InputError(OTHER_QUESTION);
}

/** @throws {InputError} when the cursor belongs to another question. */
export function checkQuestion(cursor: { readonly question: string }, question: string): void {
  if (cursor.question !== question) throw new InputError(OTHER_QUESTION);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
