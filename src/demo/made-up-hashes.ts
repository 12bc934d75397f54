/** Digests of made-up words, so that none is a digest of anything that exists. */
import { createHash } from 'node:crypto';

/** `sha256:` and 64 hex digits. */
export function sha256(words: string): string {
  return `sha256:${createHash('sha256').update(words).digest('hex')}`;
}

/** 32 hex digits. */
export function md5(words: string): string {
  return createHash('md5').update(words).digest('hex');
}
