/** Which upgrade of a component fixes most of what was found in it. Pure. */
import type { ImageRow } from '../gather/row-kind.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import {
  compareFixes,
  type FixedVersion,
  type FixedVersions,
  isFixedBy,
  nextFix,
  readFixedVersions,
} from './fixed-versions.ts';
import { type Extras, type Finding, NO_EXTRAS } from './row-item.ts';
import { compact, cutToBytes, plural } from './text.ts';

/** One component that a vulnerability was found in; what the service did not give is absent. */
export interface ComponentUse {
  readonly component: string | undefined;
  readonly version: string | undefined;
  readonly fixedVersion: string | undefined;
  readonly path: string | undefined;
}

/** Components that an answer lists: those with the most severe findings, then those with the most. */
const COMPONENTS_LISTED = 10;

/** Bytes of a component's name or version, which may be as long as its author liked. */
const NAME_BYTES = 80;

const NOTE =
  "Upgrades, of the rows read: for each component the version that its findings need, by Debian's order of versions (this server's reading, not the API's). A finding in several components needs all of them upgraded.";

interface Upgrade {
  readonly component: string;
  /** The installed one. */
  readonly version: string | undefined;
  readonly fixedVersion: string;
  /** Findings that the fixed version fixes, of those `found` that name one above the installed version. */
  readonly fixes: number;
  readonly found: number;
  readonly worst: Level;
  /** What the findings need by rpm's order, where that is another version. */
  readonly byRpm: string | undefined;
}

/** The components of all findings of the window with the version that fixes most of them; texts are fit to be shown. */
export function upgradeExtras<Row extends ImageRow>(
  findings: readonly Finding<Row>[],
  usesOf: (row: Row) => readonly ComponentUse[],
): Extras {
  const upgrades = upgradesOf(findings, usesOf);
  const listed = upgrades.slice(0, COMPONENTS_LISTED).map(shortened);
  if (listed.length === 0) return NO_EXTRAS;
  const more = upgrades.length - listed.length;
  return {
    ...NO_EXTRAS,
    notes: [
      NOTE,
      ...(more > 0
        ? [`${plural(more, 'more component')} with a fixed version ${more === 1 ? 'is' : 'are'} not listed.`]
        : []),
    ],
    data: listed.map(
      ({ component, version, fixedVersion, fixes, found, worst, byRpm }) =>
        `upgrade, ${fixes === found ? '' : `fixes ${fixes} of `}${found} found, worst ${worst}: ${[component, version].filter(Boolean).join(' ')} -> ${fixedVersion}${byRpm === undefined ? '' : ` (${rpmNote(byRpm)})`}`,
    ),
    keys: {
      components: listed.map(({ fixedVersion, found: _, byRpm, ...one }) =>
        compact({
          ...one,
          fixed_version: fixedVersion,
          note: byRpm === undefined ? undefined : rpmNote(byRpm),
        }),
      ),
    },
  };
}

function rpmNote(version: string): string {
  return `by rpm's order of versions ${version} is the highest`;
}

function shortened({ component, version, fixedVersion, byRpm, ...one }: Upgrade): Upgrade {
  const short = (text: string) => cutToBytes(text, NAME_BYTES);
  return {
    component: short(component),
    version: version === undefined ? undefined : short(version),
    fixedVersion: short(fixedVersion),
    byRpm: byRpm === undefined ? undefined : short(byRpm),
    ...one,
  };
}

/** What one finding needs of one component in one installed version, which may lie in several places. */
interface Need {
  readonly lists: FixedVersions[];
  /** The highest of the versions that its places need. */
  least: FixedVersion;
}

/** `findings` are in order, the most severe first. */
function upgradesOf<Row extends ImageRow>(
  findings: readonly Finding<Row>[],
  usesOf: (row: Row) => readonly ComponentUse[],
): Upgrade[] {
  const components = new Map<string, Pick<Upgrade, 'component' | 'version' | 'worst'> & { needs: Need[] }>();
  for (const { row } of findings) {
    for (const [key, { component, version, ...need }] of needsOf(usesOf(row))) {
      const entry = components.get(key) ?? { component, version, worst: row.level, needs: [] };
      entry.needs.push(need);
      components.set(key, entry);
    }
  }
  const rank = ({ worst }: Upgrade) => LEVELS.indexOf(worst);
  return [...components.values()]
    .map(({ needs, ...one }) => {
      const [best, byRpm] = (['debian', 'rpm'] as const).map((order) =>
        needs.map(({ least }) => least).reduce((a, b) => (compareFixes(a, b, order) < 0 ? b : a)),
      ) as [FixedVersion, FixedVersion];
      return {
        ...one,
        fixedVersion: best.spelling,
        fixes: needs.filter(({ lists }) => lists.every((list) => isFixedBy(list, best))).length,
        found: needs.length,
        byRpm: compareFixes(best, byRpm, 'rpm') < 0 ? byRpm.spelling : undefined,
      };
    })
    .sort((a, b) => rank(a) - rank(b) || b.fixes - a.fixes);
}

/** By component and installed version; a place whose fixed versions are all below the installed one is left out. */
function needsOf(uses: readonly ComponentUse[]) {
  const needs = new Map<string, Need & { component: string; version: string | undefined }>();
  for (const { component, version, fixedVersion } of uses) {
    if (component === undefined || fixedVersion === undefined) continue;
    const list = readFixedVersions(fixedVersion);
    const least = nextFix(list, version);
    if (least === undefined) continue;
    const key = JSON.stringify([component, version]);
    const need = needs.get(key) ?? { component, version, lists: [], least };
    need.lists.push(list);
    if (compareFixes(need.least, least) < 0) need.least = least;
    needs.set(key, need);
  }
  return needs;
}
