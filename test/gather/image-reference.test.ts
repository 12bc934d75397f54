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
    ['docker-pullable://payments/api:1', { path: ['payments', 'api'], tag: '1' }],
    [`docker-pullable://payments/api@${DIGEST}`, { path: ['payments', 'api'], digest: DIGEST }],
    [`containerd://${DIGEST}`, { path: [], digest: DIGEST }],
    [`docker://${'AB'.repeat(32)}`, { path: [], digest: DIGEST }],
    ['docker-image://docker.io/library/nginx:1', { path: ['docker.io', 'library', 'nginx'], tag: '1' }],
    ['oci://host/api:1', { path: ['host', 'api'], tag: '1' }],
    ['cri-o://host/api', { path: ['host', 'api'] }],
    ['https://host/payments/api/', { path: ['host', 'payments', 'api'] }],
    ['ab'.repeat(32), { path: [], digest: DIGEST }],
    ['1'.repeat(64), { path: [], digest: `sha256:${'1'.repeat(64)}` }],
    [`SHA256:${'AB'.repeat(32)}`, { path: [], digest: DIGEST }],
    [`api@sha256:${'AB'.repeat(32)}`, { path: ['api'], digest: DIGEST }],
    [`api@${'ab'.repeat(32)}`, { path: ['api'], digest: DIGEST }],
    [`@${DIGEST}`, { path: [], digest: DIGEST }],
    [`api@sha512:${'AB'.repeat(64)}`, { path: ['api'], digest: `sha512:${'ab'.repeat(64)}` }],
    ['"payments/api:1"', { path: ['payments', 'api'], tag: '1' }],
    ["`'payments/api:1'`", { path: ['payments', 'api'], tag: '1' }],
    ['“docker://api”', { path: ['api'] }],
    ['localhost:5000/api', { path: ['localhost:5000', 'api'] }],
    ['[::1]:5000/api:1', { path: ['[::1]:5000', 'api'], tag: '1' }],
    [`host:5000/api:1@${DIGEST}`, { path: ['host:5000', 'api'], tag: '1', digest: DIGEST }],
    ['pay\u200bments/a\u00adpi:\u20601\ufeff', { path: ['payments', 'api'], tag: '1' }],
  ])('%j', (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
  });

  test.each([
    'api@sha256:abc',
    'api@sha256:',
    `api@${DIGEST}0`,
    'api@latest',
    'sha256:abc',
    `${DIGEST}0`,
    'api:',
    'a:b:c',
    'a/b:1/c:2',
    `:1@${DIGEST}`,
    '""',
    'docker://',
  ])('%j is none either', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
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
    `api:1.4.3@${DIGEST}`,
    DIGEST,
    DIGEST.slice('sha256:'.length).toUpperCase(),
    'Registry.EXAMPLE.com:5000/payments/api',
    'https://registry.example.com:5000/payments/api:1.4.2',
    `docker-pullable://registry.example.com:5000/payments/api@${DIGEST}`,
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
    'Payments/api',
    'registry.example.com:5000/Payments/api',
    'registry.example.com/payments/api',
    'registry.example.com:5000/api',
    `worker@${DIGEST}`,
    `api@sha256:${'00'.repeat(32)}`,
  ])('%s does not fit', (text) => {
    expect(fitsReference(image, parseImageReference(text) ?? { path: ['?'] })).toBe(false);
  });

  test.each([
    ['docker.io/library/nginx', 'index.docker.io/library/nginx'],
    ['docker.io/library/nginx', 'Registry-1.docker.io/library/nginx'],
    ['docker.io/library/nginx', 'registry.hub.docker.com/library/nginx'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx'],
    ['docker.io/library/nginx', 'docker.io/nginx'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['Harbor.example.com/web/nginx', 'harbor.example.com/web/nginx'],
    ['harbor.example.com/web/nginx', 'https://HARBOR.example.com:443/web/nginx'],
    ['localhost/web/nginx', 'LOCALHOST/web/nginx'],
  ])('%s is listed and fits %s', (ImageRepoAddress, text) => {
    const listed = { ...image, Namespace: undefined, ImageName: undefined, ImageRepoAddress };

    expect(fitsReference(listed, parseImageReference(text) ?? { path: ['?'] })).toBe(true);
  });

  test.each([
    ['docker.io/bitnami/nginx', 'docker.io/nginx'],
    ['quay.io/library/nginx', 'quay.io/nginx'],
    ['docker.io/library/nginx', 'other.docker.io/library/nginx'],
    ['web/Nginx', 'web/nginx'],
    ['Web/nginx', 'web/nginx'],
  ])('%s is listed and does not fit %s', (ImageRepoAddress, text) => {
    const listed = { ...image, Namespace: 'My.Team', ImageName: undefined, ImageRepoAddress };

    expect(fitsReference(listed, parseImageReference(text) ?? { path: ['?'] })).toBe(false);
  });

  test('a namespace with a dot is no host: its case counts', () => {
    const bare = { ...image, ImageRepoAddress: undefined, Namespace: 'My.Team' };

    expect(fitsReference(bare, { path: ['My.Team', 'api'] })).toBe(true);
    expect(fitsReference(bare, { path: ['my.team', 'api'] })).toBe(false);
  });

  test('a digest alone fits an image without a name', () => {
    const nameless = { ...image, ImageRepoAddress: undefined, Namespace: undefined, ImageName: undefined };

    expect(fitsReference(nameless, { path: [], digest: DIGEST })).toBe(true);
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
