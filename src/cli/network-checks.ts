/** Checks of the way to the endpoint: name, proxy, TLS. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Config, isLoopback } from '../config.ts';
import { ConfigError, TransportError } from '../errors.ts';
import type { Terminal } from '../host.ts';
import { connectionError } from '../http/connection-error.ts';
import { proxyFor } from '../http/proxy.ts';
import { abortable, withDeadline } from '../http/time.ts';
import { cutToBytes } from '../present/text.ts';
import { type Check, type Checked, failed, failureWords, notTried, ok, warning } from './check.ts';

/** Their names, in order. */
export const NETWORK_CHECKS = ['endpoint', 'proxy', 'dns', 'tls'] as const;

/** The two sites, which are separate systems of accounts (inferred). */
const SITES: Readonly<Record<string, string>> = {
  'tcss.intl.tencentcloudapi.com': 'the international site',
  'tcss.tencentcloudapi.com': 'the mainland site',
};

/** Hosts of Tencent Cloud's API, and those of TCSS among them. */
const API_HOST = /\.tencentcloudapi\.(?:com|com\.cn|cn)$/;
const SERVICE_HOST = /^tcss\.(?:[\w-]+\.)*tencentcloudapi\.(?:com|com\.cn|cn)$/;

/** The most bytes shown of an issuer's name. */
const ISSUER_BYTES = 80;

/** `show` makes untrusted text fit to be shown. */
export async function checkNetwork(
  config: Config,
  env: Terminal['env'],
  show: (text: string) => string,
): Promise<Checked> {
  const [endpointName, proxyName, dns, tls] = NETWORK_CHECKS;
  const { endpoint } = config;
  const proxy = checkProxy(proxyName, config, env, show);
  const near = [checkEndpoint(endpointName, config, show), proxy];
  if (endpoint.protocol === 'http:') {
    return {
      checks: [...near, ...[dns, tls].map((name) => ok(name, 'not needed: the endpoint is on this machine'))],
    };
  }
  if (proxy.status === 'failed') {
    const blocked = 'the proxy cannot be used';
    return { checks: [...near, ...notTried([dns, tls], blocked)], blocked };
  }
  const resolved = await checkDns(dns, config, show);
  if (resolved.status === 'failed') {
    const blocked = 'the name of the endpoint cannot be looked up';
    return { checks: [...near, resolved, ...notTried([tls], blocked)], blocked };
  }
  const handshake = await checkTls(tls, config, show);
  return {
    checks: [...near, resolved, handshake],
    blocked: handshake.status === 'failed' ? 'there is no connection to the endpoint' : undefined,
  };
}

function checkEndpoint(name: string, { endpoint, region }: Config, show: (text: string) => string): Check {
  const where = region === undefined ? 'no region is sent' : `region ${show(region)} is sent`;
  const site = SITES[endpoint.hostname];
  if (site !== undefined) return ok(name, `${endpoint.hostname}, ${site}; ${where}`);
  const host = `${show(endpoint.host)}; ${where}`;
  if (isLoopback(endpoint.hostname) || SERVICE_HOST.test(endpoint.hostname)) return ok(name, host);
  const what = API_HOST.test(endpoint.hostname)
    ? 'a host of another Tencent Cloud product'
    : "not a host of Tencent Cloud's API";
  return warning(
    name,
    `${host}; this is ${what}`,
    `unset TCSS_ENDPOINT, or set it to https://${Object.keys(SITES).join(' or https://')}`,
  );
}

function checkProxy(
  name: string,
  config: Config,
  env: Terminal['env'],
  show: (text: string) => string,
): Check {
  if (isLoopback(config.endpoint.hostname)) return ok(name, 'not needed: the endpoint is on this machine');
  let proxy: URL | undefined;
  try {
    proxy = proxyFor(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const fix = 'correct or unset HTTPS_PROXY and https_proxy, or exempt the endpoint in NO_PROXY';
    return failed(name, error.message, fix);
  }
  if (proxy !== undefined) {
    const user = proxy.username === '' && proxy.password === '' ? '' : ', with a user';
    return ok(name, `${proxy.protocol}//${show(proxy.host)}${user}`);
  }
  if (config.httpsProxy !== undefined) return ok(name, 'none: NO_PROXY exempts the endpoint');
  const others = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].filter((one) => env[one]);
  if (others.length === 0) return ok(name, 'none: HTTPS_PROXY is not set');
  return warning(
    name,
    `none: HTTPS_PROXY is not set, and ${others.join(', ')} does not count for https`,
    'set HTTPS_PROXY if the endpoint must be reached through the proxy',
  );
}

async function checkDns(name: string, config: Config, show: (text: string) => string): Promise<Check> {
  const { endpoint, timeoutMs } = config;
  if (proxyFor(config) !== undefined) return ok(name, 'not needed: the proxy looks the name up');
  const host = endpoint.hostname.replace(/^\[|\]$/g, '');
  if (isLoopback(endpoint.hostname) || isIP(host) > 0)
    return ok(name, 'not needed: the endpoint is an address or this machine');
  try {
    const addresses = await withDeadline(new AbortController().signal, timeoutMs, ({ signal }) =>
      abortable(lookup(host, { all: true }), signal),
    );
    return ok(name, `the name has ${addresses.length} ${addresses.length === 1 ? 'address' : 'addresses'}`);
  } catch (error) {
    const failure = error instanceof TransportError ? error : connectionError(error);
    const { found } = failureWords(failure, show);
    const fix =
      'check TCSS_ENDPOINT and the name service of this machine; if the network needs a proxy, set HTTPS_PROXY';
    return failed(name, found, fix);
  }
}

async function checkTls(name: string, config: Config, show: (text: string) => string): Promise<Check> {
  try {
    // Loads undici, which the other commands do without.
    const { probeTls } = await import('../http/probe-tls.ts');
    const { protocol, issuer, expiresMs } = await withDeadline(
      new AbortController().signal,
      config.timeoutMs,
      ({ signal }) => probeTls(config, signal),
    );
    const by =
      issuer === undefined ? '' : `, certificate issued by "${cutToBytes(show(issuer), ISSUER_BYTES)}"`;
    const until = Number.isNaN(expiresMs) ? '' : ` until ${new Date(expiresMs).toISOString().slice(0, 10)}`;
    return ok(name, `${protocol}${by}${until}`);
  } catch (error) {
    const { found, fix } = failureWords(error, show);
    return failed(name, found, fix);
  }
}
