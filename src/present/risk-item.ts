/** Risky behaviours as findings. Pure. */
import type { RiskRow } from '../gather/risk-rows.ts';
import { ADVICE, ADVICE_MARK, behaviorMeaning } from '../tcss/vocabulary.ts';
import type { Extras, Finding, RowItem, RowPresentation } from './row-item.ts';

/** How many layer times `full` lists per finding. */
const SAMPLES = 3;

/** The presentation that list_image_risks and compare_image_risks share. */
export const riskPresentation: RowPresentation<RiskRow, RiskFields> = {
  idPrefix: 'r',
  words: {
    soughtFor: 'risks',
    scan: 'risk',
    notKnown: 'its risks are not known',
    nothing: 'no high-risk behaviour',
    notCovered: 'neither CVEs nor malware',
  },
  fields: fieldsOf,
  texts: ['description', 'evidence'],
  brief: [],
  expendable: ['behavior_meaning', 'samples'],
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
  shownExtras: behaviorExtras,
};

type RiskFields = ReturnType<typeof fieldsOf>;

/** What Docker puts before each instruction in shell form; it adds nothing to the instruction. */
const SHELL = /^\/bin\/sh -c (?:#\(nop\) +)?/;

function fieldsOf({ row, positions }: Finding<RiskRow>, rows: readonly RiskRow[], isFull: boolean) {
  const { behavior, type, description, evidence } = row;
  // The service's layer times sort as text.
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

/** The meaning of the codes shown, with advice that is marked as this server's. */
function behaviorExtras(items: readonly RowItem<RiskFields>[]): Extras {
  const behaviors = [...new Set(items.flatMap(({ behavior }) => behavior ?? []))].sort((a, b) => a - b);
  const known = behaviors.filter((behavior) => ADVICE.has(behavior));
  const unknown = behaviors.filter((behavior) => !ADVICE.has(behavior));
  return {
    notes: unknown.length > 0 ? [`Behavior ${unknown.join(', ')}: meaning not published.`] : [],
    advice: known.map((behavior) => ({
      behavior,
      text: `Behavior ${behavior}: ${behaviorMeaning(behavior)}. ${ADVICE_MARK} ${ADVICE.get(behavior)}`,
    })),
  };
}
