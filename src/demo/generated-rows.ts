/** Rows made on demand, all different and the same at every start, so that a test can have a million. */
import { sha256 } from './made-up-hashes.ts';
import type { Rows } from './rows.ts';
import { levelOf, scrambled } from './scramble.ts';
import { type ImageVirus, makeVirus } from './viruses.ts';
import { type ImageVul, jar, makeVul, osPackage, type VulComponent } from './vulnerability.ts';

/** Generated CVE numbers begin here, above those of the demo's tables. */
const FIRST_NUMBER = 10_000;

/** [name, installed version, the versions that fix one or another of its vulnerabilities; "" = none does] */
const PACKAGES: readonly (readonly [name: string, version: string, fixes: readonly string[]])[] = [
  ['openssl-libs', '1.1.1k-9.el8', ['1:1.1.1k-10.el8', '1:1.1.1k-12.el8', '1:1.1.1k-14.el8']],
  ['sqlite-libs', '3.26.0-13.el8', ['0:3.26.0-15.el8', '']],
  ['glibc', '2.28-211.el8', ['0:2.28-225.el8', '0:2.28-236.el8']],
  ['libxml2', '2.9.7-16.el8', ['0:2.9.7-18.el8', '']],
  ['krb5-libs', '1.18.2-22.el8', ['0:1.18.2-25.el8']],
  ['python3-libs', '3.6.8-51.el8', ['0:3.6.8-56.el8', '0:3.6.8-62.el8', '']],
];
const ARCHIVES = [
  ['demo-http-codec', '4.1.98', '4.1.100'],
  ['demo-json', '2.13.2', '2.13.4'],
] as const;
const LAYERS = ['ADD file:84700c11fcc969ac in / ', 'COPY dir:0c2f in /opt '].map((instruction) => [
  { LayerId: sha256(instruction), LayerCmd: `/bin/sh -c #(nop) ${instruction}` },
]);

/** `length` vulnerabilities over all levels, not in level order; each third row lacks what the older API lacks. */
export function generatedVuls(length: number): Rows<ImageVul> {
  return { length, at: generatedVul };
}

/** Row `n` of an endless image; every ninth has two components. */
export function generatedVul(n: number): ImageVul {
  const mixed = scrambled(n);
  const components = n % 9 === 8 ? [part(mixed), part(mixed + 1)] : [part(mixed)];
  const newer = { AttackLevel: (mixed >>> 4) % 4, LayerInfos: [...(LAYERS[(mixed >>> 6) % 2] ?? [])] };
  return makeVul(FIRST_NUMBER + n, levelOf(mixed), components, n % 3 === 0 ? {} : newer);
}

function part(mixed: number): VulComponent {
  const kind = ((mixed >>> 8) + mixed) % (PACKAGES.length + ARCHIVES.length);
  const found = PACKAGES[kind];
  if (!found) {
    const [name, version, fixed] = ARCHIVES[kind % ARCHIVES.length] ?? ARCHIVES[0];
    return jar(name, version, fixed);
  }
  const [name, version, fixes] = found;
  return osPackage(name, version, fixes[(mixed >>> 12) % fixes.length] ?? null);
}

/** `length` viruses over all levels, each in a file of its own; names come again. */
export function generatedViruses(length: number): Rows<ImageVirus> {
  return {
    length,
    at: (n) => {
      const mixed = scrambled(n);
      const path = `opt/app/bin/tool-${n}`;
      return makeVirus(path, `Linux.Demo.Family${(mixed >>> 8) % 9}`, levelOf(mixed), {
        FileSize: mixed % 99_991,
      });
    },
  };
}
