/** What the scans of one image say, and what they do not: zeros of an image that was not scanned mean nothing. Pure. */
import { knownCount, SCAN_KINDS, SENSITIVE_DATA, whyUnknown } from '../gather/match-images.ts';
import type { EmptyBecause } from '../gather/scan-state.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';

/** Makes a state of upstream's fit to be shown; none stays none. */
export type ShowState = (status: string | undefined) => string | undefined;

const WHY_WORDS: Partial<Record<EmptyBecause, string>> = {
  not_licensed: 'no scan licence',
  not_scanned: 'never scanned',
  scanning: 'scan waiting or running',
  scan_failed: 'scan failed',
};

/** The keys about an image's scans; a count stands only where it says something. */
export function stateItem(image: RegistryImage, show: ShowState) {
  const { risks, vulnerabilities, malware } = SCAN_KINDS;
  return {
    licensed: image.IsAuthorized === undefined ? undefined : image.IsAuthorized !== 0,
    risk_status: show(image.RiskStatus),
    cve_status: show(image.CveStatus),
    virus_status: show(image.VirusStatus),
    risks: knownCount(image, risks),
    sensitive_info: knownCount(image, SENSITIVE_DATA),
    vulnerabilities: knownCount(image, vulnerabilities),
    malware: knownCount(image, malware),
  };
}

/** `risks 658; vulnerabilities, malware not known: never scanned`; holds upstream's word for a state that is new. */
export function stateWords(image: RegistryImage, show: ShowState): string {
  const known: string[] = [];
  const unknown = new Map<string, string[]>();
  for (const [name, kind] of Object.entries(SCAN_KINDS)) {
    const because = whyUnknown(image, kind);
    const why =
      because === undefined
        ? 'not counted'
        : (WHY_WORDS[because] ?? `state ${show(image[kind.status]) ?? 'not given'}`);
    const count = knownCount(image, kind);
    if (count === undefined) unknown.set(why, [...(unknown.get(why) ?? []), name]);
    else known.push(`${name} ${count}${because === undefined ? '' : ` (may be stale: ${why})`}`);
  }
  return [
    ...(known.length > 0 ? [known.join(', ')] : []),
    ...[...unknown].map(([why, names]) => `${names.join(', ')} not known: ${why}`),
    ...(image.IsAuthorized === 0 && known.length > 0 ? ['no scan licence: will not be scanned again'] : []),
  ].join('; ');
}
