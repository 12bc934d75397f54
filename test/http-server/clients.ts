/** The official clients, old and new, over HTTP: how they connect, and all that they ask for. */
import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Agent, fetch as undiciFetch } from 'undici';
import { expect } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { prompts } from '../../src/prompts/prompts.ts';
import { tools } from '../../src/tools/index.ts';

const IDENTITY = { name: 'test', version: '1.0.0' };

/** Each kind of client: its name, how it negotiates, and the version that comes of it. */
export const CLIENTS: readonly (readonly [
  name: string,
  mode: VersionNegotiationMode | '1.x',
  version: string,
])[] = [
  ['1.x', '1.x', '2025-11-25'],
  ['2.x in legacy', 'legacy', '2025-11-25'],
  ['2.x in auto', 'auto', '2026-07-28'],
  ['2.x pinned to 2026-07-28', { pin: '2026-07-28' }, '2026-07-28'],
];

/** How a client reaches a server. */
export interface Reach {
  readonly token?: string;
  readonly fetch?: (url: string | URL, init?: RequestInit) => Promise<Response>;
}

/** A fetch that trusts a certificate authority besides, for an address behind TLS. */
export function fetchTrusting(ca: string): {
  fetch: NonNullable<Reach['fetch']>;
  close: () => Promise<void>;
} {
  const dispatcher = new Agent({ connect: { ca } });
  return {
    fetch: (url, init) =>
      undiciFetch(url, { ...(init as object), dispatcher }) as unknown as Promise<Response>,
    close: () => dispatcher.destroy(),
  };
}

/** A connected client; close it. */
export async function connectClient(
  url: string,
  mode: VersionNegotiationMode | '1.x',
  { token, fetch }: Reach = {},
): Promise<OldClient | NewClient> {
  const requestInit = token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } };
  const options = { requestInit, ...(fetch && { fetch }) };
  if (mode === '1.x') {
    const client = new OldClient(IDENTITY);
    // The SDK's own types disagree under exactOptionalPropertyTypes.
    await client.connect(new OldTransport(new URL(url), options) as never);
    return client;
  }
  const client = new NewClient(IDENTITY, { versionNegotiation: { mode } });
  await client.connect(new NewTransport(new URL(url), options));
  return client;
}

/** A call's arguments and answer, as tests look into them. */
export interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

interface Options {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { progress: number; total?: number | undefined }) => void;
}

/** A call of whichever client, whose older one takes a schema in between. */
export function callWith(client: OldClient | NewClient, call: Call, options: Options = {}) {
  return client instanceof OldClient
    ? client.callTool(call, undefined, options)
    : client.callTool(call, options);
}

/** A call that takes one request. */
export const SHORT_CALL: Call = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.mixed } };
/** A call that takes seven, with progress. */
export const LONG_CALL: Call = { name: 'list_image_risks', arguments: { image_id: DEMO_IMAGE_IDS.leaky } };

/** All that a client asks for. */
export async function converse(client: OldClient | NewClient): Promise<void> {
  const prompt = { name: 'review_image', arguments: { image: 'payments/api:1.4.2' } };
  const seen: number[] = [];

  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  expect(await callWith(client, SHORT_CALL)).toMatchObject({
    structuredContent: { coverage: { total: 37 } },
  });
  expect(await callWith(client, { name: 'list_image_risks', arguments: { image_id: 'x' } })).toMatchObject({
    isError: true,
  });
  await expect(callWith(client, { name: 'nope', arguments: {} })).rejects.toMatchObject({ code: -32602 });
  expect((await client.listPrompts()).prompts).toHaveLength(prompts.length);
  expect((await client.getPrompt(prompt)).messages).toHaveLength(1);
  await expect(client.getPrompt({ name: 'sing' })).rejects.toMatchObject({ code: -32602 });

  const onprogress = ({ progress }: { progress: number }) => {
    seen.push(progress);
  };
  expect(await callWith(client, LONG_CALL, { onprogress })).toMatchObject({
    structuredContent: { coverage: { total: 658 } },
  });
  // The last one may come with the answer, and then it is too late for a client.
  expect(seen.length).toBeGreaterThanOrEqual(5);
}
