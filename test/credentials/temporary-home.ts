/** A home folder of its own for one test, with real files in it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The key pair of a file, made up; opens nothing. */
export const FILE_PAIR = {
  secretId: 'AKIDfakeFAKEofaFile0123456789abcdefg',
  secretKey: 'FAKEfileKeyZyXwVuTsRqPoNmLkJiHg9876',
  token: 'FAKEfileToken/a1B2c3D4e5F6g7H8i9J0',
};

/** Another one, of the same lengths. */
export const OTHER_PAIR = {
  secretId: 'AKIDfakeFAKEanother9876543210gfedcba',
  secretKey: 'FAKEotherKyGhIjKlMnOpQrStUvWxYz1234',
  token: 'FAKEotherTokn/0J9i8H7g6F5e4D3c2B1a',
};

/** Makes a home; it is gone when the test is over. */
export function temporaryHome() {
  const home = mkdtempSync(join(tmpdir(), 'tcss-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const at = (path: string) => join(home, path);
  let writes = 0;

  function write(path: string, content: string | Buffer | object, mode = 0o600): void {
    mkdirSync(dirname(at(path)), { recursive: true, mode: 0o700 });
    const isBytes = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(at(path), isBytes ? content : JSON.stringify(content));
    chmodSync(at(path), mode);
    // Two writes in one moment of the file system's clock are told apart all the same.
    writes += 1;
    utimesSync(at(path), 1_700_000_000 + writes, 1_700_000_000 + writes);
  }

  return {
    home,
    at,
    write,
    /** `~/.tccli/<profile>.credential` */
    writeTccli: (content: string | object, profile = 'default', mode?: number) =>
      write(`.tccli/${profile}.credential`, content, mode),
    /** `~/.tencentcloud/credentials` */
    writeIni: (content: string, mode?: number) => write('.tencentcloud/credentials', content, mode),
    remove: (path: string) => rmSync(at(path)),
  };
}

/** The pair as the SDKs' file holds it. */
export const asIni = ({ secretId, secretKey, token }: typeof FILE_PAIR) =>
  `[default]\nsecret_id = ${secretId}\nsecret_key = ${secretKey}\ntoken = ${token}\n`;
