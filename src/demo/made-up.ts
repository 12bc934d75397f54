/** Made-up values that look like the service's and are the same at every start. */
import { createHash } from 'node:crypto';

/** `sha256:` and 64 hex digits, as the digest of something that does not exist. */
export function sha256(words: string): string {
  return `sha256:${createHash('sha256').update(words).digest('hex')}`;
}

/** 32 hex digits. */
export function md5(words: string): string {
  return createHash('md5').update(words).digest('hex');
}

/** A number of 32 bits that looks random but only depends on `n`, a whole number from 0. */
export function scrambled(n: number): number {
  return Math.imul(n + 1, 2_654_435_761) >>> 0;
}

/** A level as the API spells it: about 4 % critical, 16 % high, 40 % medium. */
export function levelOf(scrambledNumber: number): string {
  const share = scrambledNumber % 100;
  return share < 4 ? '4' : share < 20 ? '3' : share < 60 ? '2' : '1';
}

const FIRST_LAYER = (10 * 60 + 49) * 60 + 49;

/** The time of a layer `seconds` after the first, within one day and without a zone. */
export function layerTime(seconds: number): string {
  const second = (FIRST_LAYER + seconds) % 86_400;
  const [hours, minutes] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
  return `2024-05-06 ${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(second % 60)}`;
}

/** ISO 8601 with the offset of Beijing; `ms` since the epoch. */
export function beijingTime(ms: number): string {
  return `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** Makes a terminal clear the screen, write in green and show a link. */
export const TERMINAL_CODES =
  '\u001b[2J\u001b[1;32mALL CLEAR\u001b[0m\u001b]8;;https://attacker.example\u0007here\u001b]8;;\u0007';

/** The text in Unicode's tag characters, which people cannot see but a model may read. */
export function inTagCharacters(text: string): string {
  return [...text].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('');
}
