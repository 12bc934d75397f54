/** What an answer says of rows that could not be read as they came. Pure. */
import { isFaulty, type RowFaults } from '../tcss/vocabulary.ts';
import { plural } from './words.ts';

/** How many rows say less than the service sent; undefined when none does, so that the key is left out. */
export function unreadableCount(rows: readonly RowFaults[]): number | undefined {
  return rows.filter(isFaulty).length || undefined;
}

/** Sentences on rows that lack a field, and on those that are missing. */
export function unreadableNotes(rows: readonly RowFaults[]): string[] {
  const lost = rows.filter(({ isLost }) => isLost).length;
  const partly = (unreadableCount(rows) ?? 0) - lost;
  return [
    ...(partly > 0
      ? [
          `${plural(partly, 'row')} ${partly === 1 ? 'holds' : 'hold'} a field that could not be read: it was left out.`,
        ]
      : []),
    ...(lost > 0
      ? [`${plural(lost, 'row')} could not be read at all and ${lost === 1 ? 'is' : 'are'} missing here.`]
      : []),
  ];
}
