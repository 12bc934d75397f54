/** A made-up certificate authority for tests, written byte by byte as DER: no openssl, and no key in the repository. */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Buffer) => tlv(0x04, content);
const bits = (content: Buffer) => tlv(0x03, Buffer.of(0), content);
const YES = tlv(0x01, Buffer.of(0xff));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const BASIC_CONSTRAINTS = oid('551d13');

const nameOf = (text: string) => sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(text)))));
/** GeneralizedTime. */
const time = (ms: number) =>
  tlv(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`));
const pem = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

interface Facts {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly signedWith: KeyObject;
  readonly hosts?: readonly string[];
  readonly notAfterMs?: number;
}

const DAY_MS = 86_400_000;
let lastSerial = 0;

function certificate({ subject, issuer, key, signedWith, hosts = [], notAfterMs }: Facts): string {
  const names = hosts.map((host) => {
    if (host === '[::1]') return tlv(0x87, Buffer.concat([Buffer.alloc(15), Buffer.of(1)]));
    return /^[\d.]+$/.test(host)
      ? tlv(0x87, Buffer.from(host.split('.').map(Number)))
      : tlv(0x82, Buffer.from(host));
  });
  const extension =
    names.length > 0
      ? sequence(SUBJECT_ALT_NAME, octets(sequence(...names)))
      : sequence(BASIC_CONSTRAINTS, YES, octets(sequence(YES)));
  lastSerial += 1;
  const facts = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.of(lastSerial)),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(time(Date.now() - 30 * DAY_MS), time(notAfterMs ?? Date.now() + DAY_MS)),
    nameOf(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(extension)),
  );
  return pem(sequence(facts, ECDSA_WITH_SHA256, bits(sign('sha256', facts, signedWith))));
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;

/** A new authority: its own certificate, and what it certifies. */
export function makeUpCa() {
  const key = newKey();
  const issuer = 'MADE-UP test CA, trust it nowhere';
  return {
    ca: certificate({ subject: issuer, issuer, key, signedWith: key }),
    /** Key and certificate of a server at `hosts`. */
    certify(hosts: readonly string[], notAfterMs?: number) {
      const own = newKey();
      const subject = 'made-up test server';
      const cert = certificate({
        subject,
        issuer,
        key: own,
        signedWith: key,
        hosts,
        ...(notAfterMs === undefined ? {} : { notAfterMs }),
      });
      return { key: own.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
    },
    /** The same, signed by nobody else. */
    selfSigned(hosts: readonly string[]) {
      const own = newKey();
      const subject = 'made-up self-signed test server';
      const cert = certificate({ subject, issuer: subject, key: own, signedWith: own, hosts });
      return { key: own.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
    },
  };
}
