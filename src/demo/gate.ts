import type { IncomingMessage } from 'node:http';
import { TCSS_VERSION } from '../tcss/action.ts';
import type { DemoCredentials } from './data-set.ts';
import { type Handler, handlers } from './handlers.ts';
import { Refusal } from './refusal.ts';
import { verifySignature } from './verify-signature.ts';

/**
 * Everything a request must pass before its Action's handler, in this order: protocol, size, signature,
 * version, Action, rate. The function it gives takes the raw body, undefined = too big, and throws a
 * `Refusal` or returns the handler.
 */
export function gate(options: {
  readonly credentials: DemoCredentials;
  readonly requestsPerSecond: number;
  readonly now: () => number;
}): (incoming: IncomingMessage, raw: Buffer | undefined) => Handler {
  const { credentials, requestsPerSecond, now } = options;
  const admit = slidingSecond(requestsPerSecond, now);
  return ({ method, url, headers }, raw) => {
    if (method !== 'POST') throw new Refusal('UnsupportedProtocol', 'Only POST with JSON is supported.');
    if (url !== '/') throw new Refusal('InvalidParameter', 'The path must be / without a query.');
    if (!raw) throw new Refusal('RequestSizeLimitExceeded', 'The request is larger than 10 MB.');
    verifySignature({ method, headers, body: raw }, credentials, now());
    if (headers['x-tc-version'] !== TCSS_VERSION) {
      throw new Refusal('NoSuchVersion', 'The version of the API does not exist.');
    }
    const action = String(headers['x-tc-action']);
    const handler = handlers.get(action);
    if (!handler) throw new Refusal('InvalidAction', 'The Action does not exist.');
    admit(action);
    return handler;
  };
}

/** Counts only what it lets through; a request leaves the second after 1,000 ms. */
function slidingSecond(limit: number, now: () => number): (action: string) => void {
  const admitted = new Map<string, number[]>();
  return (action) => {
    if (limit === Number.POSITIVE_INFINITY) return;
    const time = now();
    const recent = (admitted.get(action) ?? []).filter((at) => at > time - 1000);
    admitted.set(action, recent);
    if (recent.length >= limit) {
      throw new Refusal('RequestLimitExceeded', `More than ${limit} requests in one second.`);
    }
    recent.push(time);
  };
}
