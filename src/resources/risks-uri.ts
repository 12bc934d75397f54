/** The URI under which the findings of one image can be read, and read on. Knows nothing of tools. */
import { invalidParams } from './request-error.ts';

/** RFC 6570. */
export const RISKS_URI_TEMPLATE = 'tcss://images/{id}/risks{?cursor}';

/** Longest cursor in a URI, decoded; the tool's own are shorter and have more to fit. */
const CURSOR_LENGTH = 200;

/** What a URI of the template names. */
export interface RisksAddress {
  /** 1 to 2^53-1. */
  readonly imageId: number;
  readonly cursor?: string;
}

/** The URI of an image's findings, from where `cursor` stands on. */
export function risksUri(imageId: number, cursor?: string): string {
  const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
  return `tcss://images/${imageId}/risks${query}`;
}

/**
 * Takes a URI of the template apart; undefined when it is of another form. An empty cursor is none:
 * that is how some clients fill in a template.
 * @throws {RequestError} when its form is right and a part of it is not; says what is allowed.
 */
export function parseRisksUri(uri: string): RisksAddress | undefined {
  const parts = /^tcss:\/\/images\/(?<id>[^/?#]*)\/risks(?:\?(?<query>[^#]*))?$/.exec(uri)?.groups;
  if (parts === undefined) return undefined;
  const imageId = Number(parts['id']);
  if (!/^[1-9]\d{0,15}$/.test(parts['id'] ?? '') || !Number.isSafeInteger(imageId)) {
    throw refusal(`id must be a number from 1 to ${Number.MAX_SAFE_INTEGER}`);
  }
  const cursor = readQuery(parts['query'] ?? '');
  return cursor === '' ? { imageId } : { imageId, cursor };
}

function readQuery(query: string): string {
  if (query === '') return '';
  const [, encoded] = /^cursor=([^&]*)$/.exec(query) ?? [];
  if (encoded === undefined) throw refusal('the only parameter is cursor, and it stands once');
  let cursor: string;
  try {
    cursor = decodeURIComponent(encoded);
  } catch {
    throw refusal('cursor is not well percent-encoded'); // a lone % or half a character
  }
  if (cursor.length > CURSOR_LENGTH) throw refusal(`cursor has at most ${CURSOR_LENGTH} characters`);
  return cursor;
}

function refusal(rule: string): Error {
  return invalidParams(`Bad URI: ${rule}. Allowed: ${RISKS_URI_TEMPLATE}, such as ${risksUri(6947411)}`);
}
