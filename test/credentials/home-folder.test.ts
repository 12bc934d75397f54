import { describe, expect, test } from 'vitest';
import { homeFolder } from '../../src/credentials/home-folder.ts';

describe('homeFolder', () => {
  test.each<[string, Record<string, string>, NodeJS.Platform, string | undefined]>([
    ['HOME', { HOME: '/home/a', USERPROFILE: 'C:\\Users\\a' }, 'linux', '/home/a'],
    ['HOME on a Mac', { HOME: '/Users/a' }, 'darwin', '/Users/a'],
    ['USERPROFILE on Windows', { HOME: '/home/a', USERPROFILE: 'C:\\Users\\a' }, 'win32', 'C:\\Users\\a'],
    ['HOMEDRIVE and HOMEPATH', { HOMEDRIVE: 'D:', HOMEPATH: '\\a' }, 'win32', 'D:\\a'],
    ['both of them', { USERPROFILE: '', HOMEDRIVE: 'D:', HOMEPATH: '\\a' }, 'win32', 'D:\\a'],
    ['nothing', {}, 'linux', undefined],
    ['an empty HOME', { HOME: '' }, 'linux', undefined],
    ['a HOME that is not absolute', { HOME: '.' }, 'linux', undefined],
    ['half of a path', { HOMEDRIVE: 'D:' }, 'win32', undefined],
  ])('of %s', (_name, env, platform, expected) => {
    expect(homeFolder(env, platform)).toBe(expected);
  });
});
