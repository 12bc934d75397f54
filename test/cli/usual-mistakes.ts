/**
 * The mistakes that people make when they set this server up or ask it, and what each is told: data,
 * so that a test can make every mistake and the documents can be held against it.
 */
import { tools } from '../../src/tools/index.ts';

/** One mistake. */
export interface UsualMistake {
  readonly mistake: string;
  /** What was typed; doctor finds what a call can only suffer from. */
  readonly command: 'call' | 'doctor';
  readonly exit: 0 | 1 | 2;
  /** Stands so in the output. */
  readonly said: string;
}

const table = [
  {
    mistake: 'no key pair',
    command: 'call',
    exit: 1,
    said: "no credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set in this server's environment, and neither ~/.tccli/default.credential nor ~/.tencentcloud/credentials exists. Set both in the MCP client's settings (env), or start with --demo to try made-up data.",
  },
  {
    mistake: 'half of the key pair',
    command: 'call',
    exit: 1,
    said: "half of the key pair is missing: TENCENTCLOUD_SECRET_KEY not set in this server's environment.",
  },
  {
    mistake: 'a reference that the MCP client did not fill in',
    command: 'doctor',
    exit: 1,
    said: `TENCENTCLOUD_SECRET_KEY contains a \${...} that was not filled in, and counts as unset. Fix: correct the environment that the MCP client gives this server.`,
  },
  {
    mistake: 'id and key swapped',
    command: 'doctor',
    exit: 1,
    said: 'the SecretKey begins with AKID, as a SecretId does: the two seem to be swapped. Fix: exchange the values of SecretId and SecretKey.',
  },
  {
    mistake: 'a blank inside the key',
    command: 'call',
    exit: 2,
    said: 'TENCENTCLOUD_SECRET_KEY must be printable ASCII without blanks inside',
  },
  {
    mistake: 'quotation marks around the key',
    command: 'doctor',
    exit: 1,
    said: 'SecretKey begins or ends with a quotation mark. Fix: remove the quotation marks from the values.',
  },
  {
    mistake: 'a mistyped SecretKey',
    command: 'call',
    exit: 1,
    said: 'Next: check the SecretKey; temporary keys need their token (TENCENTCLOUD_TOKEN) too.',
  },
  {
    mistake: 'a key of the mainland site on the international host',
    command: 'call',
    exit: 1,
    said: 'Next: check the SecretId for typing errors, that the key is enabled, and that TCSS_ENDPOINT is the site (international or mainland) of the account.',
  },
  {
    mistake: 'temporary keys without their token',
    command: 'call',
    exit: 1,
    said: 'Next: get new temporary keys and set the token together with its own id and key.',
  },
  {
    mistake: 'a browser login that has expired',
    command: 'call',
    exit: 1,
    said: 'the browser login of profile default (~/.tccli/default.credential) expired 3 days ago: log in again with `tccli auth login`, then ask again.',
  },
  {
    mistake: 'a credential file that others can read',
    command: 'doctor',
    exit: 0,
    said: '~/.tccli/default.credential can be read or changed by other users of this machine; chmod 600 ~/.tccli/default.credential fixes that.',
  },
  {
    mistake: 'a clock that is off',
    command: 'doctor',
    exit: 0,
    said: 'TCSS refuses what it signs; this server corrects that with a second request. Fix: correct the clock of this machine (NTP).',
  },
  {
    mistake: 'a console address as TCSS_ENDPOINT',
    command: 'call',
    exit: 2,
    said: 'TCSS_ENDPOINT must be a URL of scheme and host alone, such as https://tcss.intl.tencentcloudapi.com',
  },
  {
    mistake: 'a host as TCSS_ENDPOINT that is not the API',
    command: 'call',
    exit: 1,
    said: 'Next: check that TCSS_ENDPOINT and HTTPS_PROXY lead to TCSS itself.',
  },
  {
    mistake: 'a mistyped setting',
    command: 'doctor',
    exit: 0,
    said: 'TCSS_LANGAUGE is not a setting of this server. Fix: correct the environment that the MCP client gives this server.',
  },
  {
    mistake: 'a proxy that is needed and not set',
    command: 'doctor',
    exit: 1,
    said: 'Fix: check TCSS_ENDPOINT and the name service of this machine; if the network needs a proxy, set HTTPS_PROXY.',
  },
  {
    mistake: 'HTTP_PROXY in place of HTTPS_PROXY',
    command: 'doctor',
    exit: 1,
    said: 'HTTPS_PROXY is not set, and HTTP_PROXY does not count for https. Fix: set HTTPS_PROXY if the endpoint must be reached through the proxy.',
  },
  {
    mistake: 'a proxy without its password',
    command: 'doctor',
    exit: 1,
    said: 'the proxy of HTTPS_PROXY answered status 407: it requires a user and password, which belong in the URL of HTTPS_PROXY.',
  },
  {
    mistake: 'a SOCKS proxy',
    command: 'doctor',
    exit: 1,
    said: 'HTTPS_PROXY (or https_proxy, which wins) cannot be used: it is a SOCKS proxy; set it to an http:// or https:// proxy, such as http://HOST:PORT.',
  },
  {
    mistake: 'a bare % in the password of a proxy',
    command: 'call',
    exit: 1,
    said: 'HTTPS_PROXY (or https_proxy, which wins) cannot be used: its user or password contains a % that encodes nothing; write %25 instead.',
  },
  {
    mistake: "a company's own certificate authority",
    command: 'doctor',
    exit: 1,
    said: 'the TLS certificate cannot be verified; set NODE_EXTRA_CA_CERTS (UNABLE_TO_VERIFY_LEAF_SIGNATURE).',
  },
  {
    mistake: 'a wrong path in NODE_EXTRA_CA_CERTS',
    command: 'doctor',
    exit: 1,
    said: 'the file of NODE_EXTRA_CA_CERTS cannot be read (ENOENT). Fix: set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority.',
  },
  {
    mistake: 'no permission for an action',
    command: 'doctor',
    exit: 1,
    said: 'Fix: ask an administrator to grant this key the CAM permission tcss:DescribeAssetImageRegistryVulList.',
  },
  {
    mistake: 'TCSS not activated, or its role not granted',
    command: 'doctor',
    exit: 1,
    said: 'Fix: open the TCSS console once as the main account and grant the service role (inferred).',
  },
  {
    mistake: 'no registry connected',
    command: 'doctor',
    exit: 1,
    said: 'the image list is empty, so there is nothing to ask about. Fix: activate TCSS, connect a registry and synchronise it in the TCSS console; check that the endpoint belongs to the site of the account.',
  },
  {
    mistake: 'a region that TCSS refuses even so',
    command: 'call',
    exit: 1,
    said: 'Next: unset or correct TENCENTCLOUD_REGION: this action needs none.',
  },
  {
    mistake: 'an image without a licence',
    command: 'call',
    exit: 0,
    said: 'no rows, because the image has no scan licence: its risks are not known.\nNext: assign a licence to the image in the TCSS console, have it scanned, then ask again.',
  },
  {
    mistake: 'an image that was never scanned',
    command: 'call',
    exit: 0,
    said: 'no rows, because the image was never scanned for risks: its risks are not known.\nNext: start a scan of the image in the TCSS console, then ask again.',
  },
  {
    mistake: 'a digest as image_id',
    command: 'call',
    exit: 1,
    said: 'allowed: integer 1 to 9007199254740991\nExample: {"image_id":6947411,"levels":["critical","high"]}',
  },
  {
    mistake: 'a mistyped image name',
    command: 'call',
    exit: 1,
    said: 'Parts are compared exactly and case-sensitively; the closest names follow.',
  },
  {
    mistake: 'a mistyped tool',
    command: 'call',
    exit: 2,
    said: `there is no tool list_risks; the tools are: ${tools.map(({ name }) => name).join(', ')}`,
  },
  {
    mistake: 'arguments that the shell took the quotes of',
    command: 'call',
    exit: 2,
    said: `the arguments are not JSON: give an object such as '{"image":"payments/api:1.4.2"}' in quotes, or - and the JSON on stdin`,
  },
] as const satisfies readonly UsualMistake[];

/** The name of a mistake. */
export type MistakeName = (typeof table)[number]['mistake'];

/** Every mistake, in the order in which people meet them. */
export const USUAL_MISTAKES: readonly (UsualMistake & { readonly mistake: MistakeName })[] = table;
