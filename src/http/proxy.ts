/** Whether a proxy stands between, by HTTPS_PROXY and NO_PROXY. Plain http is for loopback alone, which never has one. */

/** Hosts of this machine, as they stand in a parsed URL. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether an endpoint is on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}

/** The proxy for an endpoint, or undefined; settings as in the environment variables. */
export function proxyFor(options: {
  endpoint: URL;
  httpsProxy?: string | undefined;
  noProxy?: string | undefined;
}): URL | undefined {
  const { endpoint, httpsProxy, noProxy = '' } = options;
  const isDirect = httpsProxy === undefined || isLoopback(endpoint) || isExempt(endpoint, noProxy);
  return isDirect ? undefined : new URL(httpsProxy);
}

/** NO_PROXY: names between commas or blanks, each with all below it, or with one port; `*` is every host. */
function isExempt({ hostname, port }: URL, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, text = '', onlyPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [undefined, entry];
      // An IPv6 address may stand there without the brackets that it has in a URL.
      const name = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text.replace(/^\*?\./, '');
      if (onlyPort !== undefined && onlyPort !== (port || '443')) return false;
      return hostname === name || hostname.endsWith(`.${name}`);
    });
}

/** What the proxy is told of its user, if its URL names one. */
export function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
