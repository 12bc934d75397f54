/** Which upgrade of a component fixes most of what was found in it. Pure. */
import type { ImageRow } from '../gather/row-kind.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import type { Extras, Finding } from './row-item.ts';
import { compact, cutToBytes, plural } from './text.ts';
import { compareFixes, type FixedVersion, isFixedBy, nextFix, readFixedVersions } from './versions.ts';

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

const NOTE =
  "Upgrades, from the rows read: for each component the version that its findings need, in Debian's order of versions (this server's reading, not the API's). A finding in several components needs all of them upgraded.";

interface Upgrade {
  readonly component: string;
  /** The installed version. */
  readonly version: string | undefined;
  readonly fixedVersion: string;
  /** How many findings the fixed version fixes, of the `found` ones that name a version above the installed one. */
  readonly fixes: number;
  readonly found: number;
  readonly worst: Level;
  /** What the findings need in rpm's order, if that is another version. */
  readonly rpmVersion: string | undefined;
}

/** The components of all findings of the window, each with the version that fixes most of its findings. */
export function upgradeExtras<Row extends ImageRow>(
  findings: readonly Finding<Row>[],
  usesOf: (row: Row) => readonly ComponentUse[],
): Extras {
  const upgrades = upgradesOf(findings, usesOf);
  const listed = upgrades.slice(0, COMPONENTS_LISTED).map(shortened);
  if (listed.length === 0) return {};
  const more = upgrades.length - listed.length;
  return {
    notes: [
      NOTE,
      ...(more > 0
        ? [`${plural(more, 'more component')} with a fixed version ${more === 1 ? 'is' : 'are'} not listed.`]
        : []),
    ],
    data: listed.map(
      ({ component, version, fixedVersion, fixes, found, worst, rpmVersion }) =>
        `upgrade, ${fixes === found ? '' : `fixes ${fixes} of `}${found} found, worst ${worst}: ${[component, version].filter(Boolean).join(' ')} -> ${fixedVersion}${rpmVersion === undefined ? '' : ` (${rpmNote(rpmVersion)})`}`,
    ),
    keys: {
      components: listed.map(({ fixedVersion, found: _, rpmVersion, ...one }) =>
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
  return `in rpm's order of versions ${version} is the highest`;
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

/** What one finding needs of one installed version of a component, which can be in several places. */
interface Need {
  /** The fixed versions of each place. */
  readonly fixesByPlace: FixedVersion[][];
  /** The highest version that any place needs. */
  required: FixedVersion;
}

/** `findings` begin with the most severe. */
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
      const [best, rpmVersion] = (['debian', 'rpm'] as const).map((order) =>
        needs.map(({ required }) => required).reduce((a, b) => (compareFixes(a, b, order) < 0 ? b : a)),
      ) as [FixedVersion, FixedVersion];
      return {
        ...one,
        fixedVersion: best.spelling,
        fixes: needs.filter(({ fixesByPlace }) => fixesByPlace.every((fixes) => isFixedBy(fixes, best)))
          .length,
        found: needs.length,
        rpmVersion: compareFixes(best, rpmVersion, 'rpm') < 0 ? rpmVersion.spelling : undefined,
      };
    })
    .sort((a, b) => rank(a) - rank(b) || b.fixes - a.fixes);
}

/** Needs by component and installed version; places without a fixed version above the installed one are left out. */
function needsOf(uses: readonly ComponentUse[]) {
  const needs = new Map<string, Need & { component: string; version: string | undefined }>();
  for (const { component, version, fixedVersion } of uses) {
    if (component === undefined || fixedVersion === undefined) continue;
    const fixes = readFixedVersions(fixedVersion);
    const required = nextFix(fixes, version);
    if (required === undefined) continue;
    const key = JSON.stringify([component, version]);
    const need = needs.get(key) ?? { component, version, fixesByPlace: [], required };
    need.fixesByPlace.push(fixes);
    if (compareFixes(need.required, required) < 0) need.required = required;
    needs.set(key, need);
  }
  return needs;
}
