/** One risky behaviour in the two views, and what is said once for all of them. Pure. */
import type { RiskRow } from '../gather/risk-rows.ts';
import { ADVICE, ADVICE_MARK, behaviorMeaning } from '../tcss/vocabulary.ts';
import { type Extras, type FitText, NO_EXTRAS, type RowItem, type RowPresentation } from './row-item.ts';

/** How many layer times `full` lists for a finding. */
const SAMPLES = 3;

/** A finding's own fields, fit to be shown, not yet cut. */
interface ShownRisk {
  readonly behavior: number | undefined;
  readonly type: number | undefined;
  readonly description: string | undefined;
  readonly evidence: string | undefined;
  /** Layer times as the service gives them, sorted as text, none twice. */
  readonly times: readonly string[];
}

/** How risky behaviours are presented. */
export const riskPresentation: RowPresentation<RiskRow, ShownRisk, RiskFields> = {
  idPrefix: 'r',
  words: {
    soughtFor: 'risks',
    scan: 'risk',
    notKnown: 'its risks are not known',
    nothing: 'no high-risk behaviour',
    notCovered: 'neither CVEs nor malware',
  },
  show({ row, positions }, rows, show) {
    const times = positions.flatMap((position) => rows[position]?.time ?? []);
    return {
      behavior: row.behavior,
      type: row.type,
      description: show(row.description),
      evidence: show(row.evidence),
      times: [...new Set(times)].sort(),
    };
  },
  fields: fieldsOf,
  shared: ({ behavior, type, description }) => ({
    facts: [
      behavior === undefined ? 'no behavior code' : `behavior ${behavior}`,
      type === undefined ? undefined : `type ${type}`,
    ],
    texts: [description],
  }),
  own: ({ first_time, last_time, samples, evidence }) => ({
    facts: [
      [first_time, last_time].filter(Boolean).join(' to '),
      samples === undefined ? undefined : `layers of ${samples.join(', ')}`,
    ],
    texts: [evidence],
  }),
  extras:
    () =>
    (items, { isTerse }) =>
      isTerse ? NO_EXTRAS : behaviorExtras(items),
};

type RiskFields = ReturnType<typeof fieldsOf>;

/** What Docker puts before each instruction of the shell form: it says nothing that the instruction does not. */
const SHELL = /^\/bin\/sh -c (?:#\(nop\) +)?/;

function fieldsOf(
  { behavior, type, times, ...texts }: ShownRisk,
  fitted: FitText,
  { isFull, isTerse }: { readonly isFull: boolean; readonly isTerse: boolean },
) {
  const [first] = times;
  const last = times.at(-1);
  return {
    behavior,
    behavior_meaning: behavior !== undefined && isFull && !isTerse ? behaviorMeaning(behavior) : undefined,
    type,
    description: fitted('description', texts.description),
    evidence: fitted('evidence', isFull ? texts.evidence : texts.evidence?.replace(SHELL, '')),
    first_time: isFull || last !== first ? first : undefined,
    last_time: last === first ? undefined : last,
    samples: isFull && !isTerse && times.length > 2 ? times.slice(0, SAMPLES) : undefined,
  };
}

/** Meaning and advice of the codes shown; the advice is marked as ours. */
function behaviorExtras(items: readonly RowItem<RiskFields>[]): Extras {
  const behaviors = [...new Set(items.flatMap(({ behavior }) => behavior ?? []))].sort((a, b) => a - b);
  const known = behaviors.filter((behavior) => ADVICE.has(behavior));
  const others = behaviors.filter((behavior) => !ADVICE.has(behavior));
  return {
    ...NO_EXTRAS,
    notes: others.length > 0 ? [`Behavior ${others.join(', ')}: meaning not published.`] : [],
    advice: known.map((behavior) => ({
      behavior,
      text: `Behavior ${behavior}: ${behaviorMeaning(behavior)}. ${ADVICE_MARK} ${ADVICE.get(behavior)}`,
    })),
  };
}
