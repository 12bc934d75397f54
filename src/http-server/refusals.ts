/** What is refused before the protocol, by the head of a request or by load: statuses, and what to do about it. Pure. */
import { isLoopback } from '../config.ts';
import type { NotAdmitted } from './limits.ts';
import type { HttpSettings } from './settings.ts';

/** Why a request did not reach the protocol; `body` says what to do about it and nothing that came with it. */
export interface HttpRefusal {
  readonly reason: string;
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** For an answer after which the connection is of no use. */
export const CLOSE = { Connection: 'close' };
/** For an answer that another moment would change. */
export const RETRY = { 'Retry-After': '1' };

/** A JSON-RPC error as the body of an answer. */
export function rpcError(id: string | number | null, code: number, message: string): object {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

/** A refusal of this server's own: its code means nothing to a client. */
export function refusal(reason: string, status: number, message: string): HttpRefusal {
  return { reason, status, body: rpcError(null, -32000, message) };
}

/** For any other method. */
export function methodRefusal(allowed: string): HttpRefusal {
  return { ...refusal('method', 405, `Use ${allowed}`), headers: { Allow: allowed } };
}

/** For a body of more than `most` bytes, whose rest nobody reads. */
export function sizeRefusal(most: number): HttpRefusal {
  return { ...refusal('too_large', 413, `A body may have ${most} bytes at most`), headers: CLOSE };
}

/** For a call, or a body, that is one too many. */
export function loadRefusal(reason: NotAdmitted): HttpRefusal {
  const [status, message] = {
    busy: [503, 'This server has as many calls under way as it can answer in time: try again'] as const,
    caller_busy: [429, 'You have as many calls under way as one caller may: wait for one to end'] as const,
  }[reason];
  return { ...refusal(reason, status, message), headers: RETRY };
}

/** Against pages that a browser has been led to believe are of this server (DNS rebinding). */
export function strangerRefusal(
  { hosts, origins, allowsLoopbackOrigins }: HttpSettings,
  host: string | undefined,
  origin: string | undefined,
): HttpRefusal | undefined {
  const [, hostname] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.exec(host?.toLowerCase() ?? '') ?? [];
  if (hostname === undefined || !hosts.has(hostname)) {
    return refusal('host', 403, 'Host is not one of this server: TCSS_HTTP_URL names it');
  }
  if (origin === undefined || origins.has(origin)) return undefined;
  const [, originHost = ''] = /^https?:\/\/([^/:]+|\[[^\]]+\])(?::\d{1,5})?$/.exec(origin) ?? [];
  if (allowsLoopbackOrigins && isLoopback(originHost)) return undefined;
  return refusal('origin', 403, 'Origin is not allowed here: TCSS_HTTP_ORIGINS lists those that are');
}

/** For what the protocol does not speak over HTTP. */
export function formRefusal(
  contentType: string | undefined,
  accepts: { readonly json: boolean; readonly stream: boolean },
): HttpRefusal | undefined {
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    return refusal('content_type', 415, 'Content-Type must be application/json');
  }
  if (accepts.json || accepts.stream) return undefined;
  return refusal('accept', 406, 'Accept must allow application/json or text/event-stream');
}

/** Which forms an Accept header allows; without one both. */
export function acceptedBy(header: string | undefined): { readonly json: boolean; readonly stream: boolean } {
  const ranges = (header?.trim() || '*/*').split(',').flatMap((part) => {
    const [range, ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
    return parameters.some((one) => /^q=0(?:\.0*)?$/.test(one)) ? [] : [range];
  });
  const allows = (type: string) =>
    ranges.some((range) => range === '*/*' || range === type || range === `${type.split('/')[0]}/*`);
  return { json: allows('application/json'), stream: allows('text/event-stream') };
}
