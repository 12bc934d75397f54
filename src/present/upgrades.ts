/** Which upgrade of a component fixes most of what was found in it. Pure. */
import type { ImageRow } from '../gather/row-kind.ts';
import { cutToBytes } from './bytes.ts';
import type { Finding } from './findings.ts';
import type { Extras, RowPresentation, ShowText } from './row-item.ts';
import { compareVersions } from './version-order.ts';

/** One component that a vulnerability was found in; what the service did not give is absent. */
export interface ComponentUse {
  readonly component: string | undefined;
  readonly version: string | undefined;
  readonly fixedVersion: string | undefined;
  readonly path: string | undefined;
}

/** Components that an answer lists: those with the most fixes. */
const COMPONENTS_LISTED = 10;

/** Bytes of a component's name or version, which may be as long as its author liked. */
const NAME_BYTES = 80;

const NOTE =
  'For each component the highest fixed version that its findings name, versions compared part by part (by this server, not the API).';

interface Upgrade {
  readonly component: string;
  readonly fixed_version: string;
  /** Findings that name this or a lower fixed version. */
  readonly fixes: number;
}

/** The components of all findings of the window with the version that fixes most of them. */
export function upgradeExtras<Row extends ImageRow>(
  usesOf: (row: Row) => readonly ComponentUse[],
): RowPresentation<Row, never, object>['extras'] {
  return (findings, show) => {
    const components = upgradesOf(findings, usesOf, show);
    const all: Extras = {
      ours: components.length > 0 ? [NOTE] : [],
      data: components.map(
        ({ component, fixed_version: version, fixes }) => `component ${component}: ${version} fixes ${fixes}`,
      ),
      structured: components.length > 0 ? { components } : {},
    };
    const none: Extras = { ours: [], data: [], structured: {} };
    return (_items, { isTerse }) => (isTerse ? none : all);
  };
}

function upgradesOf<Row extends ImageRow>(
  findings: readonly Finding<Row>[],
  usesOf: (row: Row) => readonly ComponentUse[],
  show: ShowText,
): Upgrade[] {
  const fixes = new Map<string, Upgrade>();
  for (const { row } of findings) {
    // A finding in two copies of one component is fixed by one upgrade.
    const highest = new Map<string, string>();
    for (const { component, fixedVersion } of usesOf(row)) {
      if (component === undefined || fixedVersion === undefined) continue;
      const before = highest.get(component);
      if (before === undefined || compareVersions(before, fixedVersion) < 0)
        highest.set(component, fixedVersion);
    }
    for (const [component, version] of highest) {
      const before = fixes.get(component);
      const isHigher = before === undefined || compareVersions(before.fixed_version, version) < 0;
      fixes.set(component, {
        component,
        fixed_version: isHigher ? version : before.fixed_version,
        fixes: (before?.fixes ?? 0) + 1,
      });
    }
  }
  const shown = (text: string) => cutToBytes(show(text) ?? '', NAME_BYTES);
  return [...fixes.values()]
    .sort((a, b) => b.fixes - a.fixes)
    .slice(0, COMPONENTS_LISTED)
    .map((one) => ({ ...one, component: shown(one.component), fixed_version: shown(one.fixed_version) }));
}
