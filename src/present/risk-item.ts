/** One risky behaviour in the two views, and what is said once for all of them. Pure. */
import type { RiskRow } from '../gather/risk-rows.ts';
import { ADVICE, ADVICE_MARK, behaviorMeaning } from '../tcss/vocabulary.ts';
import { type Extras, type Finding, NO_EXTRAS, type RowItem, type RowPresentation } from './row-item.ts';

/** How many layer times `full` lists for a finding. */
const SAMPLES = 3;

/** How risky behaviours are presented. */
export const riskPresentation: RowPresentation<RiskRow, RiskKeys> = {
  idPrefix: 'r',
  words: {
    soughtFor: 'risks',
    scan: 'risk',
    notKnown: 'its risks are not known',
    nothing: 'no high-risk behaviour',
    notCovered: 'neither CVEs nor malware',
  },
  own: keysOf,
  texts: { description: Number.POSITIVE_INFINITY, evidence: Number.POSITIVE_INFINITY },
  spare: ['behavior_meaning', 'samples'],
  shared: ({ behavior, type, description }) => ({
    facts: [
      behavior === undefined ? 'no behavior code' : `behavior ${behavior}`,
      type === undefined ? undefined : `type ${type}`,
    ],
    texts: [description],
  }),
  line: ({ first_time, last_time, samples, evidence }) => ({
    facts: [
      [first_time, last_time].filter(Boolean).join(' to '),
      samples === undefined ? undefined : `layers of ${samples.join(', ')}`,
    ],
    texts: [evidence],
  }),
  ofShown: behaviorExtras,
};

type RiskKeys = ReturnType<typeof keysOf>;

/** What Docker puts before each instruction of the shell form: it says nothing that the instruction does not. */
const SHELL = /^\/bin\/sh -c (?:#\(nop\) +)?/;

function keysOf({ row, positions }: Finding<RiskRow>, rows: readonly RiskRow[], isFull: boolean) {
  const { behavior, type, description, evidence } = row;
  // Layer times as the service gives them, sorted as text, none twice.
  const times = [...new Set(positions.flatMap((position) => rows[position]?.time ?? []))].sort();
  const [first] = times;
  const last = times.at(-1);
  return {
    behavior,
    behavior_meaning: behavior !== undefined && isFull ? behaviorMeaning(behavior) : undefined,
    type,
    description,
    evidence: isFull ? evidence : evidence?.replace(SHELL, ''),
    first_time: isFull || last !== first ? first : undefined,
    last_time: last === first ? undefined : last,
    samples: isFull && times.length > 2 ? times.slice(0, SAMPLES) : undefined,
  };
}

/** Meaning and advice of the codes shown; the advice is marked as ours. */
function behaviorExtras(items: readonly RowItem<RiskKeys>[]): Extras {
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
