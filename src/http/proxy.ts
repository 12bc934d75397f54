/** Which proxy leads to the endpoint, by HTTPS_PROXY and NO_PROXY. Loopback, which alone may use plain http, has none. */
import { isLoopback } from '../config.ts';
import { ConfigError } from '../errors.ts';

/**
 * The proxy for an endpoint, or undefined. The settings are those of the environment.
 * @throws {ConfigError} when it cannot be used. Tells nothing of its URL, which may hold a password.
 */
export function proxyFor(options: {
  endpoint: URL;
  httpsProxy?: string | undefined;
  noProxy?: string | undefined;
}): URL | undefined {
  const { endpoint, httpsProxy, noProxy = '' } = options;
  const isDirect = httpsProxy === undefined || isLoopback(endpoint.hostname) || isExempt(endpoint, noProxy);
  return isDirect ? undefined : readProxy(httpsProxy);
}

/**
 * NO_PROXY: names between commas or blanks, each with its subdomains or with one port; `*` is every host. Like undici's
 * EnvHttpProxyAgent, without address ranges. As in curl, `*` may be one of several, an IPv6 address may lack brackets,
 * and a name may end in a dot.
 */
function isExempt({ hostname, port }: URL, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, text = '', onlyPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [undefined, entry];
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
  // An @ after the host: a character in the password ended it too early, and its rest was taken for the host.
  if (url === undefined || /@/.test(url.pathname + url.search + url.hash)) {
    throw unusable(
      'it is not the URL of a proxy; set it to one such as http://USER:PASSWORD@HOST:PORT, with % / ? # @ in user and password written as %25 %2F %3F %23 %40',
    );
  }
  if (decoded(url.username) === undefined || decoded(url.password) === undefined) {
    throw unusable('its user or password contains a % that encodes nothing; write %25 instead');
  }
  return url;
}

function unusable(why: string): ConfigError {
  return new ConfigError(`HTTPS_PROXY (or https_proxy, which wins) cannot be used: ${why}`);
}

/** The password in the URL of a proxy, even one that cannot be used; undefined when there is none. */
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

/** The value of Proxy-Authorization, if the URL names a user. */
export function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
