/** Which upgrade of a component fixes what was found in it. Pure. */
import type { ImageRow } from '../gather/row-kind.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import type { Finding } from './row-item.ts';
import { compact, cutToBytes, given, plural } from './text.ts';
import {
  compareFixes,
  type FixedVersion,
  isFixedBy,
  readFixedVersions,
  upgradesTo,
  type VersionOrder,
} from './versions.ts';
import type { Extras } from './view.ts';

/** One component in which a vulnerability was found. */
export interface ComponentUse {
  readonly component: string | undefined;
  readonly version: string | undefined;
  readonly fixedVersion: string | undefined;
  readonly path: string | undefined;
}

/** How many components an answer lists: those with the most severe findings first, then those with the most findings. */
const COMPONENTS_LISTED = 10;

/** Most bytes of a component's name or version, which can be of any length. */
const NAME_BYTES = 80;

/** What the list of upgrades is, and of which rows. */
export const UPGRADES_NOTE =
  "Upgrades, from the rows read: for each component the lowest version that fixes all of its findings, in Debian's order of versions (this server's reading, not the API's). A finding in several components needs all of them upgraded.";

interface Upgrade {
  readonly component: string;
  /** The installed version. */
  readonly version: string | undefined;
  readonly fixedVersion: string;
  /** How many findings the fixed version fixes: all that name a version above the installed one. */
  readonly fixes: number;
  readonly worst: Level;
  /** The one of rpm's order of versions, if that is higher there. */
  readonly rpmVersion: string | undefined;
}

/** The components of all findings of the window, each with the lowest version that fixes all of its findings. */
export function upgradeExtras<Row extends ImageRow>(
  findings: readonly Finding<Row>[],
  usesOf: (row: Row) => readonly ComponentUse[],
): Extras {
  const upgrades = upgradesOf(findings, usesOf);
  const listed = upgrades.slice(0, COMPONENTS_LISTED).map(shortened);
  if (listed.length === 0) return {};
  const more = upgrades.length - listed.length;
  return {
    notes: given(
      UPGRADES_NOTE,
      more > 0 &&
        `${plural(more, 'more component')} with a fixed version ${more === 1 ? 'is' : 'are'} not listed.`,
    ),
    data: listed.map(
      ({ component, version, fixedVersion, fixes, worst, rpmVersion }) =>
        `upgrade, ${fixes} found, worst ${worst}: ${[component, version].filter(Boolean).join(' ')} -> ${fixedVersion}${rpmVersion === undefined ? '' : ` (${rpmNote(rpmVersion)})`}`,
    ),
    keys: {
      components: listed.map(({ fixedVersion, rpmVersion, ...one }) =>
        compact({
          ...one,
          fixed_version: fixedVersion,
          note: rpmVersion === undefined ? undefined : rpmNote(rpmVersion),
        }),
      ),
    },
  };
}

function rpmNote(version: string): string {
  return `in rpm's order of versions it is ${version}`;
}

function shortened({ component, version, fixedVersion, rpmVersion, ...one }: Upgrade): Upgrade {
  const short = (text: string) => cutToBytes(text, NAME_BYTES);
  return {
    component: short(component),
    version: version === undefined ? undefined : short(version),
    fixedVersion: short(fixedVersion),
    rpmVersion: rpmVersion === undefined ? undefined : short(rpmVersion),
    ...one,
  };
}

/** What fixes one finding in one installed version of a component: the fixed versions above it, of each place. */
interface Need {
  readonly places: FixedVersion[][];
}

/** `findings` begin with the most severe. */
function upgradesOf<Row extends ImageRow>(
  findings: readonly Finding<Row>[],
  usesOf: (row: Row) => readonly ComponentUse[],
): Upgrade[] {
  const components = new Map<string, Pick<Upgrade, 'component' | 'version' | 'worst'> & { needs: Need[] }>();
  for (const [row] of findings) {
    for (const [key, { component, version, ...need }] of needsOf(usesOf(row))) {
      const entry = components.get(key) ?? { component, version, worst: row.level, needs: [] };
      entry.needs.push(need);
      components.set(key, entry);
    }
  }
  const rank = ({ worst }: Upgrade) => LEVELS.indexOf(worst);
  return [...components.values()]
    .map(({ needs, ...one }) => {
      const best = bestUpgrade(needs, 'debian');
      const inRpm = bestUpgrade(needs, 'rpm');
      return {
        ...one,
        fixedVersion: best.spelling,
        fixes: needs.length,
        rpmVersion: compareFixes(best, inRpm, 'rpm') < 0 ? inRpm.spelling : undefined,
      };
    })
    .sort((a, b) => rank(a) - rank(b) || b.fixes - a.fixes);
}

/** The lowest version that fixes all of them; the highest of all always does. */
function bestUpgrade(needs: readonly Need[], order: VersionOrder): FixedVersion {
  const all = needs.flatMap(({ places }) => places.flat());
  const rising = [...new Map(all.map((fix) => [fix.spelling, fix])).values()].sort((a, b) =>
    compareFixes(a, b, order),
  );
  // Many lists hold the same versions: these are compared once.
  const ranks = new Map<string, number>();
  let rank = 0;
  for (const [at, fix] of rising.entries()) {
    if (at > 0 && compareFixes(rising[at - 1] as FixedVersion, fix, order) < 0) rank = at;
    ranks.set(fix.spelling, rank);
  }
  const rankOf = ({ spelling }: FixedVersion) => ranks.get(spelling) ?? 0;
  const compare = (a: FixedVersion, b: FixedVersion) => rankOf(a) - rankOf(b);
  const lists = needs.flatMap(({ places }) => places.map((place) => place.toSorted(compare)));
  return rising.find((upgrade) => lists.every((list) => isFixedBy(list, upgrade, compare))) as FixedVersion;
}

/** Needs by component and installed version; places without a fixed version above the installed one are left out. */
function needsOf(uses: readonly ComponentUse[]) {
  const needs = new Map<string, Need & { component: string; version: string | undefined }>();
  for (const { component, version, fixedVersion } of uses) {
    if (component === undefined || fixedVersion === undefined) continue;
    const upgrades = upgradesTo(readFixedVersions(fixedVersion), version);
    if (upgrades.length === 0) continue;
    const key = JSON.stringify([component, version]);
    const need = needs.get(key) ?? { component, version, places: [] };
    need.places.push(upgrades);
    needs.set(key, need);
  }
  return needs;
}
