/** Whether a proxy stands between, by HTTPS_PROXY and NO_PROXY. Plain http is for loopback alone, which never has one. */
import { ConfigError } from '../errors.ts';

/** Hosts of this machine, as they stand in a parsed URL. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether an endpoint is on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * The proxy for an endpoint, or undefined; settings as in the environment variables.
 * @throws {ConfigError} when there is one that cannot be used. Nothing of its URL is shown, which may hold a password.
 */
export function proxyFor(options: {
  endpoint: URL;
  httpsProxy?: string | undefined;
  noProxy?: string | undefined;
}): URL | undefined {
  const { endpoint, httpsProxy, noProxy = '' } = options;
  const isDirect = httpsProxy === undefined || isLoopback(endpoint) || isExempt(endpoint, noProxy);
  return isDirect ? undefined : readProxy(httpsProxy);
}

/**
 * NO_PROXY: names between commas or blanks, each with all below it, or with one port; `*` is every host.
 * Read as by undici's EnvHttpProxyAgent, so address ranges are not; but `*` may stand among others, an IPv6
 * address without brackets, and a name with the dot that ends it, as curl reads it.
 */
function isExempt({ hostname, port }: URL, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, text = '', onlyPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [undefined, entry];
      // An IPv6 address may stand there without the brackets that it has in a URL.
      const name =
        text.includes(':') && !text.startsWith('[') ? `[${text}]` : text.replace(/^\*?\.|\.$/g, '');
      if (onlyPort !== undefined && onlyPort !== (port || '443')) return false;
      return hostname === name || hostname.endsWith(`.${name}`);
    });
}

function readProxy(text: string): URL {
  if (/^socks\w*:\/\//i.test(text)) {
    throw unusable('it is a SOCKS proxy; set it to an http:// or https:// proxy, such as http://HOST:PORT');
  }
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  // An @ behind the host: something in the password ended it too early, and a part of it is taken for the host.
  if (url === undefined || /@/.test(url.pathname + url.search + url.hash)) {
    throw unusable(
      'it is no URL of a proxy; set it to one such as http://USER:PASSWORD@HOST:PORT, with % / ? # @ in user and password written as %25 %2F %3F %23 %40',
    );
  }
  if (decoded(url.username) === undefined || decoded(url.password) === undefined) {
    throw unusable('its user or password holds a % that encodes nothing; write %25 in its place');
  }
  return url;
}

function unusable(why: string): ConfigError {
  return new ConfigError(`HTTPS_PROXY (or https_proxy, which wins) cannot be used: ${why}`);
}

/** The password in the URL of a proxy, which need not be one that can be used; undefined when there is none. */
export function passwordIn(httpsProxy: string): string | undefined {
  const raw = /\/\/[^:]*:(.*)@/s.exec(httpsProxy)?.[1];
  return raw === undefined ? undefined : (decoded(raw) ?? raw);
}

/** Undefined when a percent sign in it encodes nothing. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** What the proxy is told of its user, if its URL names one. */
export function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
