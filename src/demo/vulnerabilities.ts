/** The vulnerabilities of the demo's small images: made up, under CVE numbers of a year that has none. */
import { generatedVul } from './generated-rows.ts';
import { sha256 } from './made-up-hashes.ts';
import { type ImageVul, jar, makeVul, osPackage } from './vulnerability.ts';

const openssl = (fixed: string | null) => osPackage('openssl-libs', '1.1.1k-9.el8', fixed);
const sqlite = (fixed: string | null) => osPackage('sqlite-libs', '3.26.0-13.el8', fixed);
const expat = (fixed: string | null) => osPackage('expat', '2.2.5-11.el8', fixed);

/** Both tags have them: three versions of openssl-libs fix some, 1:1.1.1k-14.el8 as the newest fixes most. */
const API_SHARED_VULS: readonly ImageVul[] = [
  makeVul(101, '4', [openssl('1:1.1.1k-12.el8')]),
  makeVul(102, '3', [openssl('1:1.1.1k-10.el8')]),
  makeVul(103, '3', [openssl('1:1.1.1k-14.el8')]),
  makeVul(104, '2', [openssl('1:1.1.1k-12.el8')]),
  makeVul(105, '2', [openssl('1:1.1.1k-14.el8')]),
  makeVul(106, '2', [openssl('1:1.1.1k-14.el8')]),
  makeVul(107, '1', [openssl('')]),
  makeVul(108, '3', [sqlite('0:3.26.0-15.el8')]),
  makeVul(109, '2', [sqlite('0:3.26.0-15.el8')]),
  makeVul(110, '1', [sqlite(null)]),
];
const API_FIXED_VULS: readonly ImageVul[] = [
  makeVul(111, '4', [jar('demo-http-codec', '4.1.98', '4.1.100', '/opt/api/lib')]),
  makeVul(112, '2', [jar('demo-http-codec', '4.1.98', '4.1.99', '/opt/api/lib')]),
];
const API_INTRODUCED_VULS: readonly ImageVul[] = [
  makeVul(113, '3', [jar('demo-http-codec', '4.1.101', '4.1.104', '/opt/api/lib')]),
];

/** `payments/api:1.4.1`: 12 vulnerabilities, 10 of them in `apiNewVuls` too. */
export const apiOldVuls: readonly ImageVul[] = inBuild('1.4.1', [...API_SHARED_VULS, ...API_FIXED_VULS]);

/** `payments/api:1.4.2`: 11 vulnerabilities, one of them new. */
export const apiNewVuls: readonly ImageVul[] = inBuild('1.4.2', [...API_INTRODUCED_VULS, ...API_SHARED_VULS]);

/** The rows as found in one tag's build: a new build gives the same layers other ids. */
function inBuild(tag: string, vuls: readonly ImageVul[]): ImageVul[] {
  return vuls.map((vul) => ({
    ...vul,
    AttackLevel: Number(vul.Level) - 1,
    LayerInfos: [
      {
        LayerId: sha256(`layer ${tag} ${vul.Component}`),
        LayerCmd: vul.CategoryType === 'APP' ? '/bin/sh -c ./gradlew build' : '/bin/sh -c microdnf -y update',
      },
    ],
  }));
}

/** About 2 KB of one description. */
const LONG_DES = `libdemo存在输入验证错误漏洞。\n${'此说明是演示用的长文本，不代表任何真实的漏洞，仅用于检验过长字段。'.repeat(20)}`;
const GLIBC_PARTS = ['glibc', 'glibc-common', 'glibc-langpack-en'];

/** One row for each way in which a row is known, or may be expected, to be other than the plain ones. */
const ODD_VULS: readonly ImageVul[] = [
  makeVul(
    201,
    '3',
    GLIBC_PARTS.map((name) => osPackage(name, '2.28-211.el8', '0:2.28-225.el8')),
  ),
  makeVul(202, '4', [
    jar('demo-log', '2.14.1', '2.17.1'),
    jar('demo-log', '2.11.0', '2.17.1', '/opt/old/lib'),
  ]),
  makeVul(203, '3', [expat('0:2.2.5-13.el8')], { Components: null }),
  makeVul(204, '2', [expat('0:2.2.5-13.el8')], { Components: [], AttackLevel: 1, LayerInfos: [] }),
  makeVul(205, '2', [expat('')]),
  makeVul(206, '2', [osPackage('libxml2', '2.9.7-16.el8', null)]),
  makeVul(207, '3', [], { CVEID: '', Name: '演示框架 反序列化漏洞', Components: null }),
  makeVul(208, '5', [osPackage('zlib', '1.2.11-21.el8', '0:1.2.11-25.el8')]),
  makeVul(209, null, [osPackage('zlib', '1.2.11-21.el8', '0:1.2.11-25.el8')]),
  makeVul(210, '1', [osPackage('bash', '4.4.20-4.el8', '0:4.4.20-5.el8')], {
    Des: null,
    OfficialSolution: null,
    DefenseSolution: null,
    Reference: null,
    SubmitTime: null,
    IsSuggest: null,
    Tag: null,
    AttackLevel: null,
    LayerInfos: null,
  }),
  makeVul(211, '2', [{ ...osPackage('curl', '7.61.1-30.el8', '0:7.61.1-34.el8'), Component: 'curl' }]),
  makeVul(212, '2', [osPackage('libdemo', '1.0-1.el8', '0:1.0-3.el8')], {
    Des: LONG_DES,
    Reference: 'https://advisories.example.com/00212', // not the JSON it is said to be
    SubmitTime: '2024-03-11T09:15:00+08:00',
    Tag: ['SYS', 'APP', 'DynamicLevelExp'],
  }),
  makeVul(213, '3', [{ Name: 'demo-agent', Version: null, FixedVersion: null, Path: null, Type: null }]),
  makeVul(214, '4', [openssl('1:1.1.1k-14.el8')], {
    AttackLevel: 3,
    LayerInfos: [{ LayerId: null, LayerCmd: null }],
  }),
];

/** 128 over all levels: the odd ones, then plain ones. */
export const TOOLBOX_VULS: readonly ImageVul[] = [
  ...ODD_VULS,
  ...Array.from({ length: 128 - ODD_VULS.length }, (_, n) => generatedVul(n)),
];

/** Of the image whose other scans failed. */
export const LEGACY_VULS: readonly ImageVul[] = [
  makeVul(301, '3', [openssl('1:1.1.1k-14.el8')]),
  makeVul(302, '1', [expat('')]),
];
