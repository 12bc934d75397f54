/** When an image was scanned, as the service writes it. Pure. */

const DAY_MS = 86_400_000;

/** Shapes in which the service gives times; those without a zone are read as UTC and may be a day off. */
const SCAN_TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?: ?(Z|[+-]\d{2}:?\d{2})(?: UTC)?)?$/;

/** Older than the service itself. */
const OLDEST_SCAN_MS = Date.UTC(2015, 0);

/** Ms since the epoch; undefined for what is no time of a scan: an unusual shape, too old, or to come. */
export function readScanTime(text: string | undefined, nowMs: number): number | undefined {
  const parts = SCAN_TIME.exec(text ?? '');
  if (parts === null) return undefined;
  const scannedMs = Date.parse(
    `${parts[1]}T${parts[2]}${(parts[3] ?? 'Z').replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2')}`,
  );
  return scannedMs >= OLDEST_SCAN_MS && scannedMs <= nowMs + DAY_MS ? Math.min(scannedMs, nowMs) : undefined;
}

/** Whole days since a scan; undefined when `text` is no time of one. */
export function scanAgeDays(text: string | undefined, nowMs: number): number | undefined {
  const scannedMs = readScanTime(text, nowMs);
  return scannedMs === undefined ? undefined : Math.floor((nowMs - scannedMs) / DAY_MS);
}
