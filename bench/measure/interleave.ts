/** Things are measured side by side: in turns, so that a busy machine is busy for all of them. */

/** Fewest samples that a median is taken of. */
export const ROUNDS = 15;

/** How long calls are counted for one rate. */
const RATE_SAMPLE_MS = 300;

/**
 * Takes `rounds` samples of each subject in turns, each round in a random order. A first round is thrown
 * away: files and code are warm after it.
 */
export async function interleave<Name extends string, Sample>(
  subjects: Readonly<Record<Name, () => Promise<Sample>>>,
  rounds: number = ROUNDS,
): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(subjects) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of shuffled(names)) {
      const sample = await subjects[name]();
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** What `interleave` takes, when the same is measured for each name. */
export function subjectsOf<Name extends string, Sample>(
  names: readonly Name[],
  measure: (name: Name) => Promise<Sample>,
): Record<Name, () => Promise<Sample>> {
  return Object.fromEntries(names.map((name) => [name, () => measure(name)])) as Record<
    Name,
    () => Promise<Sample>
  >;
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** The value below which a `share` (0 to 1) of the samples lies; 0.5 is the median. NaN without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle one of the samples. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Calls a second with `inFlight` of them under way at any time. */
export async function perSecond(call: () => Promise<unknown>, inFlight: number): Promise<number> {
  let calls = 0;
  const startedAt = performance.now();
  const caller = async () => {
    for (; performance.now() - startedAt < RATE_SAMPLE_MS; calls += 1) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return (calls * 1000) / (performance.now() - startedAt);
}
