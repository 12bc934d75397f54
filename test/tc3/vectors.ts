import { readdirSync, readFileSync } from 'node:fs';

/** One signing vector: its input and what each rung must give. `source` says where it comes from. */
export interface Vector {
  source: string;
  input: {
    secretId: string;
    secretKey: string;
    service: string;
    timestamp: number;
    headers: Record<string, string>;
    signedHeaders: string[];
    body: string;
  };
  expected: {
    hashedPayload: string;
    canonicalRequest: string;
    hashedCanonicalRequest: string;
    dateKey?: string;
    serviceKey?: string;
    signingKey?: string;
    signature: string;
  };
}

const folder = new URL('../vectors/tc3/', import.meta.url);

/** Every vector of `test/vectors/tc3`, by file name. */
export const vectors: [string, Vector][] = readdirSync(folder)
  .sort()
  .map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Vector]);
