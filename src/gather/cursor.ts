/** The opaque mark with which a walk over an image's findings goes on. It needs no state in this process. */
import { createHash } from 'node:crypto';
import { InputError } from '../errors.ts';

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

/** Longest cursor that is looked at. */
export const CURSOR_LENGTH = 200;

/** Ties a cursor to one question: the resolved image, the filters and the order. 12 hex digits. */
export function questionHash(question: unknown): string {
  return digest(JSON.stringify(question));
}

/** The cursor as text, at most 200 bytes of base64url. */
export function writeCursor({ start, end, shown, total }: Cursor, question: string): string {
  const payload = [start, end, shown, total, question].join('.');
  return Buffer.from(`${payload}.${digest(payload)}`).toString('base64url');
}

/**
 * Reads a cursor's text back.
 * @throws {InputError} when it is cut, made up or damaged.
 */
export function readCursor(text: string): Cursor & { readonly question: string } {
  const plain = Buffer.from(text, 'base64url').toString('latin1');
  const parts =
    /^(?<payload>(?<start>\d{1,16})\.(?<end>\d{1,16})\.(?<shown>\d{1,4})\.(?<total>-1|\d{1,16})\.(?<question>[0-9a-f]{12}))\.(?<sum>[0-9a-f]{12})$/.exec(
      plain,
    )?.groups;
  if (parts === undefined || digest(parts['payload'] ?? '') !== parts['sum']) {
    throw new InputError(
      'cursor is not one that an answer gave, or it was cut. Give next_cursor exactly as it came, or leave cursor out to start again',
    );
  }
  return {
    start: Number(parts['start']),
    end: Number(parts['end']),
    shown: Number(parts['shown']),
    total: Number(parts['total']),
    question: parts['question'] ?? '',
  };
}

/** @throws {InputError} when the cursor was given for another question. */
export function checkQuestion(cursor: { readonly question: string }, question: string): void {
  if (cursor.question === question) return;
  throw new InputError(
    'cursor belongs to another question: give it with the same image, levels, behaviors, types, name and order as the call that it came from, or leave it out to start again',
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
