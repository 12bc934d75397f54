/**
 * What the body of a POST is, and whether its headers say the same. Pure. The body decides the protocol era; headers
 * are checked against it, so that whatever routes or limits by them can rely on them.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
import { nameForError } from '../errors.ts';
import { type Refusal, STATELESS_VERSION, VERSION_KEY } from '../protocol-eras.ts';

/** The revisions with sessions, whose requests name their version in a header alone. */
export const SESSION_VERSIONS: readonly string[] = [
  '2024-10-07',
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
];

/** Headers by their names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A request as far as it is checked here; the protocol checks the rest. */
export interface PostedRequest {
  readonly jsonrpc: '2.0';
  readonly id: string | number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | null;
}

/** What to do with a POST. All refusals have status 400. */
export type Verdict =
  | { readonly kind: 'refused'; readonly error: Refusal; readonly id: string | number | null }
  /** Nothing here depends on notifications, and nothing was asked that a response could answer. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'request'; readonly request: PostedRequest; readonly isStateless: boolean };

const MISMATCH = -32020;
const INVALID_REQUEST = -32600;

/** `body` is any JSON. */
export function classify(body: unknown, headers: Headers): Verdict {
  if (Array.isArray(body))
    return refuse(body, INVALID_REQUEST, 'Batches are not accepted: send one message a POST');
  if (!isObject(body)) return refuse(body, INVALID_REQUEST, 'The body is no JSON-RPC message');
  if (!('method' in body) && ('result' in body || 'error' in body)) return { kind: 'ignored' };
  if (!isMessage(body))
    return refuse(body, INVALID_REQUEST, 'The body is no JSON-RPC request or notification');

  const meta = isObject(body.params) ? body.params['_meta'] : undefined;
  const claim =
    isObject(meta) && Object.hasOwn(meta, VERSION_KEY) ? { version: meta[VERSION_KEY] } : undefined;
  const error =
    claim === undefined ? unclaimedFault(body, headers) : claimedFault(body, headers, claim.version);
  if (error !== undefined) return { kind: 'refused', error, id: body.id ?? null };
  if (!isRequest(body)) return { kind: 'ignored' };
  return { kind: 'request', request: body, isStateless: claim !== undefined };
}

type Message = Omit<PostedRequest, 'id'> & { readonly id?: string | number };

function isMessage(body: Record<string, unknown>): body is Record<string, unknown> & Message {
  const { jsonrpc, method, params = null } = body;
  const hasId = !('id' in body) || typeof body['id'] === 'string' || Number.isInteger(body['id']);
  return jsonrpc === '2.0' && typeof method === 'string' && hasId && (params === null || isObject(params));
}

function isRequest(message: Message): message is PostedRequest {
  return message.id !== undefined;
}

/** What is wrong with a message whose body names no version. */
function unclaimedFault({ method, id }: Message, headers: Headers): Refusal | undefined {
  const version = headerOf(headers, 'mcp-protocol-version');
  if (version === undefined) return undefined;
  if (version === STATELESS_VERSION) {
    if (id === undefined) return undefined;
    if (method === 'initialize') {
      return mismatch(`MCP-Protocol-Version is ${STATELESS_VERSION}, which has no initialize`);
    }
    const message = `Invalid _meta of a request of ${STATELESS_VERSION}: ${VERSION_KEY}: missing`;
    return { code: -32602, message, data: { envelope: { missing: [VERSION_KEY] } } };
  }
  // Which version is spoken is negotiated in the body of initialize.
  if (method === 'initialize' || SESSION_VERSIONS.includes(version)) return undefined;
  const spoken = [...SESSION_VERSIONS, STATELESS_VERSION].join(', ');
  return {
    code: -32000,
    message: `Bad Request: Unsupported protocol version (supported versions: ${spoken})`,
  };
}

/** What is wrong with the headers of a message whose body names `version`. */
function claimedFault(message: Message, headers: Headers, version: unknown): Refusal | undefined {
  const { id, method, params } = message;
  const [versionHeader, methodHeader] = ['mcp-protocol-version', 'mcp-method'].map((name) =>
    headerOf(headers, name),
  );
  if (versionHeader !== undefined && versionHeader !== version) return differs('MCP-Protocol-Version');
  if (methodHeader !== undefined && methodHeader !== method) return differs('Mcp-Method');
  // The era refuses other versions, with those that it supports.
  if (version !== STATELESS_VERSION || id === undefined) return undefined;
  if (versionHeader === undefined) return mismatch('MCP-Protocol-Version header is missing');
  if (methodHeader === undefined) return mismatch('Mcp-Method header is missing');
  const field = Object.hasOwn(NAMED_BY, method) ? NAMED_BY[method] : undefined;
  const name = field === undefined ? undefined : params?.[field];
  if (typeof name !== 'string') return undefined;
  const given = headerOf(headers, 'mcp-name');
  if (given === undefined) return mismatch('Mcp-Name header is missing');
  const decoded = decodeName(given);
  if (decoded === undefined) return mismatch('Mcp-Name header cannot be decoded');
  if (decoded === name) return undefined;
  return mismatch(
    `Mcp-Name header value '${nameForError(decoded)}' does not match body value '${nameForError(name)}'`,
  );
}

/** Which param the header Mcp-Name repeats, by method. */
const NAMED_BY: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** Undefined for what is neither plain ASCII nor `=?base64?...?=` of UTF-8. */
function decodeName(value: string): string | undefined {
  const [, encoded] = /^=\?base64\?(.*)\?=$/.exec(value) ?? [];
  if (encoded === undefined) return /^[\x20-\x7e\t]*$/.test(value) ? value : undefined;
  const bytes = Buffer.from(encoded, 'base64');
  // Buffer ignores what is not base64.
  if (bytes.toString('base64') !== encoded) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Node joins a header that came twice with a comma, which then fits nothing. */
function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value?.trim();
}

function differs(header: string): Refusal {
  return mismatch(`${header} header does not match the body`);
}

function mismatch(what: string): Refusal {
  return { code: MISMATCH, message: `Header mismatch: ${what}` };
}

function refuse(body: unknown, code: number, message: string): Verdict {
  return { kind: 'refused', error: { code, message }, id: idOf(body) };
}

/** The id with which to answer: null where there is none that can be one. */
function idOf(body: unknown): string | number | null {
  const id = isObject(body) ? body['id'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
