/** Times as the service writes them. */

const FIRST_LAYER = (10 * 60 + 49) * 60 + 49;

/** The time of a layer `seconds` after the first, within one day and without a zone. */
export function layerTime(seconds: number): string {
  const second = (FIRST_LAYER + seconds) % 86_400;
  const [hours, minutes] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
  return `2024-05-06 ${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(second % 60)}`;
}

/** ISO 8601 with the offset of Beijing; `ms` since 1970. */
export function beijingTime(ms: number): string {
  return `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
