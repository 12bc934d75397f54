import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fitsReference,
  parseImageReference,
  referenceOf,
  shortReferenceOf,
} from '../../src/gather/image-reference.ts';
import { anyCharacter } from '../any-character.ts';
import { readImage } from './fake-registry.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

const image = readImage({
  Id: 1,
  ImageName: 'api',
  Namespace: 'payments',
  ImageTag: '1.4.2',
  ImageRepoAddress: 'registry.example.com:5000/payments/api',
  ImageDigest: DIGEST,
  ImageId: `sha256:${'cd'.repeat(32)}`,
});

describe('parseImageReference', () => {
  test.each([
    ['api', { path: ['api'] }],
    ['api:1.4.2', { path: ['api'], tag: '1.4.2' }],
    ['payments/api', { path: ['payments', 'api'] }],
    ['host:5000/payments/api', { path: ['host:5000', 'payments', 'api'] }],
    ['host:5000/payments/api:1', { path: ['host:5000', 'payments', 'api'], tag: '1' }],
    [`payments/api:1@${DIGEST}`, { path: ['payments', 'api'], tag: '1', digest: DIGEST }],
    [`api@${DIGEST}`, { path: ['api'], digest: DIGEST }],
    [DIGEST, { path: [], digest: DIGEST }],
    ['https://host:5000/payments/api:1', { path: ['host:5000', 'payments', 'api'], tag: '1' }],
    ['HTTP://host/api', { path: ['host', 'api'] }],
    [' docker://api:1 ', { path: ['api'], tag: '1' }],
    ['pay\u200bments/a\u00adpi:\u20601\ufeff', { path: ['payments', 'api'], tag: '1' }],
  ])('%j', (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
  });

  test.each(['', ':1', 'a//b', '/a', 'a/', 'a b', '@', 'a:b:c@', 'a@b@c', 'https://', '\u200b'])(
    '%j is none',
    (text) => {
      expect(parseImageReference(text)).toBeUndefined();
    },
  );

  test('takes any text without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => void parseImageReference(text)));
  });
});

describe('fitsReference', () => {
  test.each([
    'api',
    'api:1.4.2',
    'payments/api',
    'payments/api:1.4.2',
    'registry.example.com:5000/payments/api:1.4.2',
    `api@${DIGEST}`,
    `payments/api:1.4.2@${image.ImageId}`,
    DIGEST,
  ])('%s fits', (text) => {
    expect(fitsReference(image, parseImageReference(text) ?? { path: ['?'] })).toBe(true);
  });

  test.each([
    'Api',
    'ap',
    'i',
    'api:1.4',
    'other/api',
    'x/payments/api',
    'example.com:5000/payments/api',
    `api:1.4.3@${DIGEST}`,
    `api@sha256:${'00'.repeat(32)}`,
  ])('%s does not fit', (text) => {
    expect(fitsReference(image, parseImageReference(text) ?? { path: ['?'] })).toBe(false);
  });

  test('an image without a repository address is found by namespace and name', () => {
    const bare = { ...image, ImageRepoAddress: undefined };

    expect(fitsReference(bare, { path: ['payments', 'api'] })).toBe(true);
    expect(referenceOf(bare)).toBe('payments/api:1.4.2');
    expect(referenceOf({})).toBeUndefined();
  });
});

describe('what an image is called', () => {
  const { ImageName, Namespace, ImageRepoAddress, ImageTag } = image;

  test.each<[Parameters<typeof referenceOf>[0], string | undefined, string | undefined]>([
    [image, 'registry.example.com:5000/payments/api:1.4.2', 'payments/api:1.4.2'],
    [
      { ImageRepoAddress, ImageTag },
      'registry.example.com:5000/payments/api:1.4.2',
      'registry.example.com:5000/payments/api:1.4.2',
    ],
    [{ Namespace, ImageName, ImageRepoAddress: '' }, 'payments/api', 'payments/api'],
    [{ Namespace: '', ImageName, ImageTag: '' }, 'api', 'api'],
    [{ Namespace, ImageTag }, undefined, undefined],
    [{ ImageTag }, undefined, undefined],
  ])('%j', (entry, whole, short) => {
    expect(referenceOf(entry)).toBe(whole);
    expect(shortReferenceOf(entry)).toBe(short);
  });
});
