/** What TCSS says of what it covers: every part by an Action of its own, and none needs another. */
import type { Redaction } from '../redact/redaction.ts';
import { type Action, PAGE_LIMIT } from '../tcss/action.ts';
import {
  describeAssetImageRegistryAssetStatus,
  describeAssetImageRegistryRegistryList,
  describeAssetImageRegistrySummary,
  describeAssetImageScanSetting,
  describeImageAuthorizedInfo,
  describeImageRegistryTimingScanTask,
  describePurchaseStateInfo,
  describeTcssSummary,
  describeVulImageSummary,
  describeVulScanAuthorizedImageSummary,
  type Registry,
} from '../tcss/coverage.ts';
import { describeAssetImageRegistryList } from '../tcss/registry-image.ts';
import type { RowFaults } from '../tcss/vocabulary.ts';
import { attempt } from './ask.ts';
import type { GatherContext } from './image-rows.ts';
import { withoutAddresses } from './list-containers.ts';
import { mapInSlices, readWindow } from './window.ts';

/** The most registries that are read, in 10 requests. */
export const REGISTRIES_READ = 10 * PAGE_LIMIT;

/** What is asked; any one of them is enough for an answer. */
export const COVERAGE_ACTIONS = [
  describeAssetImageRegistryList,
  describePurchaseStateInfo,
  describeTcssSummary,
  describeImageAuthorizedInfo,
  describeAssetImageRegistrySummary,
  describeVulScanAuthorizedImageSummary,
  describeImageRegistryTimingScanTask,
  describeAssetImageScanSetting,
  describeAssetImageRegistryAssetStatus,
  describeAssetImageRegistryRegistryList,
  describeVulImageSummary,
];

/** A connected registry; its texts are redacted, without addresses, and fit to be shown. */
export interface RegistryRow extends RowFaults {
  readonly name: string | undefined;
  readonly type: string | undefined;
  /** When its images were last listed, as the service gives the time. */
  readonly lastSync: string | undefined;
  /** Why its images cannot be listed or read, in the service's words; undefined where nothing says that it fails. */
  readonly failingBecause: string | undefined;
  /** What to do about it, in the service's words. */
  readonly solution: string | undefined;
}

/** What each Action answered, or why it did not; every text is redacted and fit to be shown. */
export type CoverageFacts = Awaited<ReturnType<typeof explainCoverage>>;

/**
 * Asks for everything at once.
 * @throws the first failure when nothing at all was answered.
 */
export async function explainCoverage({
  client,
  redaction,
  deadline,
  onProgress,
}: Pick<GatherContext, 'client' | 'redaction' | 'deadline' | 'onProgress'>) {
  const show = shownBy(redaction);
  let done = 0;
  let parts = 0;
  const counted = async <Value>(action: { readonly name: string }, asking: () => Promise<Value>) => {
    parts += 1;
    const read = await attempt(action, { deadline }, asking);
    done += 1;
    onProgress?.(done, parts);
    return read;
  };
  const ask = <Request extends object, Response>(action: Action<Request, Response>, request: Request) =>
    counted(action, async () => mapTexts(await client.call(action, request, deadline), show));
  const readRegistries = () =>
    readWindow<RegistryRow>(
      async (Offset, Limit) => {
        const page = await client.call(describeAssetImageRegistryRegistryList, { Limit, Offset }, deadline);
        const readRow = (registry: Registry) => registryRow(mapTexts(registry, show));
        return { ...page, List: page.List && (await mapInSlices(page.List, readRow, deadline.signal)) };
      },
      { start: 0, size: REGISTRIES_READ, signal: deadline.signal },
    );

  const one = { Limit: 1, Offset: 0 };
  const unlicensed = { ...one, Filters: [{ Name: 'IsAuthorized', Values: ['0'] }] };
  const asking = {
    edition: ask(describePurchaseStateInfo, {}),
    account: ask(describeTcssSummary, {}),
    licences: ask(describeImageAuthorizedInfo, {}),
    registryImages: ask(describeAssetImageRegistryList, one),
    unlicensedImages: ask(describeAssetImageRegistryList, unlicensed),
    unscannedImages: ask(describeAssetImageRegistrySummary, {}),
    unscannedNodeImages: ask(describeVulScanAuthorizedImageSummary, {}),
    registrySchedule: ask(describeImageRegistryTimingScanTask, {}),
    nodeSchedule: ask(describeAssetImageScanSetting, {}),
    sync: ask(describeAssetImageRegistryAssetStatus, {}),
    registries: counted(describeAssetImageRegistryRegistryList, readRegistries),
    library: ask(describeVulImageSummary, {}),
  };
  const facts = await settled(asking);
  const outcomes = Object.values(facts);
  const [first] = outcomes;
  if (first?.failure !== undefined && outcomes.every(({ failure }) => failure !== undefined))
    throw first.failure;
  return facts;
}

/** The results of promises by their names. */
async function settled<Named extends Record<string, Promise<unknown>>>(
  named: Named,
): Promise<{ [Name in keyof Named]: Awaited<Named[Name]> }> {
  const results = await Promise.all(Object.values(named));
  return Object.fromEntries(Object.keys(named).map((name, at) => [name, results[at]])) as never;
}

/** Makes texts fit to be shown: redacted, cleaned, and without addresses. */
function shownBy({ redact, display }: Redaction) {
  return (text: string) => withoutAddresses(display(redact(text))) ?? '';
}

/** The value with every text in it mapped. */
function mapTexts<Value>(value: Value, map: (text: string) => string): Value {
  const mapped = (inner: unknown): unknown => {
    if (typeof inner === 'string') return map(inner);
    if (Array.isArray(inner)) return inner.map(mapped);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, mapped(one)]));
  };
  return mapped(value) as Value;
}

/** The recorded state of a connection that works; the only other one recorded is `status_auth_failed`. */
const CONNECTED = 'status_connected';

/** Words for a failure in states whose list is not published. */
const FAILURE = /fail|err|timeout|refused/i;

/** `registry`: its texts fit to be shown. */
function registryRow(registry: Registry): RegistryRow {
  const { SyncStatus = '', SyncFailReason = '', SyncMessage = '', ConnectMsg = '' } = registry;
  const syncFails = FAILURE.test(SyncStatus) || (SyncStatus === '' && SyncFailReason !== '');
  // A registry is reached from several hosts; one of them is enough.
  const connections = registry.ConnDetectDetail ?? [];
  const isConnected = connections.some(({ ConnDetectStatus }) => ConnDetectStatus === CONNECTED);
  const broken = isConnected
    ? undefined
    : connections.find(
        ({ ConnDetectStatus = '', FailReason = '' }) => FAILURE.test(ConnDetectStatus) || FailReason !== '',
      );
  const reasons = [
    syncFails ? SyncFailReason || SyncMessage : '',
    broken?.FailReason || broken?.ConnDetectMessage || '',
  ];
  const states = [ConnectMsg, syncFails ? SyncStatus : '', broken?.ConnDetectStatus ?? ''];
  const isFailing = syncFails || broken !== undefined;
  return {
    name: registry.Name || undefined,
    type: registry.RegistryType || undefined,
    lastSync: registry.LatestSyncTime || undefined,
    failingBecause: isFailing ? (joined(reasons) ?? states.find((state) => state !== '')) : undefined,
    solution: isFailing ? joined([registry.SyncSolution, broken?.Solution]) : undefined,
    leftOut: registry.leftOut,
    isLost: registry.isLost,
  };
}

/** The texts that say something, each once. */
function joined(texts: readonly (string | undefined)[]): string | undefined {
  return [...new Set(texts.filter(Boolean))].join('; ') || undefined;
}
