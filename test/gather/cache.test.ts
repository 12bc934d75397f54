import { expect, test } from 'vitest';
import { CACHE_SIZE, createCache } from '../../src/gather/cache.ts';
import { CACHE_MS } from '../../src/gather/image-list.ts';

test('a window is kept for 60 seconds, with its age', () => {
  let now = 1000;
  const cache = createCache<string>(() => now);
  cache.set('a', 'rows');

  now += CACHE_MS;
  expect(cache.get('a')).toEqual({ value: 'rows', ageMs: 60_000 });
  now += 1;
  expect(cache.get('a')).toBeUndefined();
});

test('at most eight are kept; the one written longest ago goes first', () => {
  const cache = createCache<number>(() => 0);
  for (let at = 0; at < CACHE_SIZE; at += 1) cache.set(String(at), at);
  cache.set('0', 100);
  cache.set('new', 200);

  expect(cache.get('1')).toBeUndefined();
  expect(cache.get('0')?.value).toBe(100);
  expect(cache.get('new')?.value).toBe(200);
});
