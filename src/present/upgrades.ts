/** Which upgrade of a component fixes most of what was found in it. Pure. */
import type { ImageRow } from '../gather/row-kind.ts';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import type { Finding } from './row-item.ts';
import { type Extras, NO_EXTRAS, type RowPresentation, type ShowText } from './row-item.ts';
import { compact, cutToBytes, plural } from './text.ts';
import { compareVersions } from './version-order.ts';

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
  "Upgrades, of the rows read: for each component the highest fixed version that its findings name, compared part by part (this server's reading, not the API's). A finding in several components needs all of them upgraded.";

interface Upgrade {
  readonly component: string;
  /** The installed one. */
  readonly version: string | undefined;
  readonly fixedVersion: string;
  /** Findings that name this or a lower fixed version. */
  readonly fixes: number;
  readonly worst: Level;
}

/** The components of all findings of the window with the version that fixes most of them. */
export function upgradeExtras<Row extends ImageRow>(
  usesOf: (row: Row) => readonly ComponentUse[],
): RowPresentation<Row, never, object>['extras'] {
  return (findings, show) => {
    const upgrades = upgradesOf(findings, usesOf);
    const listed = upgrades.slice(0, COMPONENTS_LISTED).map((one) => shown(one, show));
    const more = upgrades.length - listed.length;
    const all: Extras = {
      ...NO_EXTRAS,
      notes: [
        ...(listed.length > 0 ? [NOTE] : []),
        ...(more > 0
          ? [
              `${plural(more, 'more component')} with a fixed version ${more === 1 ? 'is' : 'are'} not listed.`,
            ]
          : []),
      ],
      data: listed.map(
        ({ component, version, fixedVersion, fixes, worst }) =>
          `upgrade, ${fixes} found, worst ${worst}: ${[component, version].filter(Boolean).join(' ')} -> ${fixedVersion}`,
      ),
      keys:
        listed.length > 0
          ? {
              components: listed.map(({ fixedVersion, ...one }) =>
                compact({ ...one, fixed_version: fixedVersion }),
              ),
            }
          : {},
    };
    return (_items, { isTerse }) => (isTerse ? NO_EXTRAS : all);
  };
}

function shown({ component, version, fixedVersion, ...one }: Upgrade, show: ShowText): Upgrade {
  const short = (text: string) => cutToBytes(show(text) ?? '', NAME_BYTES);
  return {
    component: short(component),
    version: version === undefined ? undefined : short(version),
    fixedVersion: short(fixedVersion),
    ...one,
  };
}

/** `findings` are in order, the most severe first. */
function upgradesOf<Row extends ImageRow>(
  findings: readonly Finding<Row>[],
  usesOf: (row: Row) => readonly ComponentUse[],
): Upgrade[] {
  const upgrades = new Map<string, Upgrade>();
  for (const { row } of findings) {
    for (const [key, use] of highestFixes(usesOf(row))) {
      const before = upgrades.get(key);
      const isHigher = before === undefined || compareVersions(before.fixedVersion, use.fixedVersion) < 0;
      upgrades.set(key, {
        component: use.component,
        version: use.version,
        fixedVersion: isHigher ? use.fixedVersion : before.fixedVersion,
        fixes: (before?.fixes ?? 0) + 1,
        worst: before?.worst ?? row.level,
      });
    }
  }
  const rank = ({ worst }: Upgrade) => LEVELS.indexOf(worst);
  return [...upgrades.values()].sort((a, b) => rank(a) - rank(b) || b.fixes - a.fixes);
}

/** One fix for each component and installed version: copies of one in several places count once. */
function highestFixes(uses: readonly ComponentUse[]) {
  const highest = new Map<string, ComponentUse & { component: string; fixedVersion: string }>();
  for (const { component, fixedVersion, ...use } of uses) {
    if (component === undefined || fixedVersion === undefined) continue;
    const key = JSON.stringify([component, use.version]);
    const before = highest.get(key);
    if (before === undefined || compareVersions(before.fixedVersion, fixedVersion) < 0) {
      highest.set(key, { component, fixedVersion, ...use });
    }
  }
  return highest;
}
