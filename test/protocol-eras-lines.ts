/** Raw lines of both protocol eras, for our server and for the reference server. */
import { expect } from 'vitest';

const KEY = 'io.modelcontextprotocol/';
export const VERSION = `${KEY}protocolVersion`;
export const CAPABILITIES = `${KEY}clientCapabilities`;
const INFO = `${KEY}clientInfo`;

const ENVELOPE = {
  [VERSION]: '2026-07-28',
  [CAPABILITIES]: {},
  [INFO]: { name: 'raw lines', version: '1.0.0' },
};
/** What each request of the stateless era says, but for one key. */
export const without = (key: keyof typeof ENVELOPE) =>
  Object.fromEntries(Object.entries(ENVELOPE).filter(([name]) => name !== key));
const withVersion = (version: unknown) => ({ ...ENVELOPE, [VERSION]: version });

/** An object is sent as JSON. */
export type Line = object | string;

let lastId = 0;
/** A request of the stateless era. */
export const modern = (method: string, params: object = {}, meta: unknown = ENVELOPE) => ({
  jsonrpc: '2.0',
  id: ++lastId,
  method,
  params: { ...params, _meta: meta },
});
/** A request of the older revisions. */
export const plain = (method: string, params?: object) => ({ jsonrpc: '2.0', id: ++lastId, method, params });
const notification = (method: string, params?: object) => ({ jsonrpc: '2.0', method, params });

/** Asks what there is; settles nothing. */
export const DISCOVER = modern('server/discover');
const HELLO = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
const INITIALIZE = plain('initialize', HELLO);
const INITIALIZED = notification('notifications/initialized');
/** Settles the stateless era. */
export const SETTLED = modern('tools/list');
const CALL = { name: 'list_image_risks', arguments: { image_id: 4711 } };
const PROMPT = { name: 'review_image', arguments: { image: 'payments/api:1.4.2' } };
const COMPLETE = {
  ref: { type: 'ref/prompt', name: 'review_image' },
  argument: { name: 'image', value: 'pay' },
};
const CANCELLED = { requestId: 900_000 };

/** Conversations, each with a connection of its own. */
export const SAME: readonly (readonly [name: string, ...lines: Line[]])[] = [
  // What there is
  ['discover', DISCOVER],
  ['discover twice, and once more after a call', DISCOVER, modern(DISCOVER.method), SETTLED, DISCOVER],
  ['discover without an envelope', plain('server/discover'), DISCOVER],
  ['discover in a session', INITIALIZE, INITIALIZED, DISCOVER, plain('server/discover')],

  // Each method
  ...(
    [
      ['tools/list', {}],
      ['tools/call', CALL],
      ['prompts/list', {}],
      ['prompts/get', PROMPT],
      ['completion/complete', COMPLETE],
    ] as const
  ).flatMap(([method, params]) => [
    [`${method} without a discover before it`, modern(method, params)] as const,
    [`${method} after discover`, DISCOVER, modern(method, params)] as const,
    [`${method} in a session`, INITIALIZE, INITIALIZED, plain(method, params)] as const,
    [`${method} in a session, with an envelope`, INITIALIZE, modern(method, params)] as const,
    [`${method} with nothing before it`, plain(method, params)] as const,
    [`${method} without an envelope after a request with one`, SETTLED, plain(method, params)] as const,
  ]),
  ['progress', modern('tools/call', CALL, { ...ENVELOPE, progressToken: 0 })],
  ['progress in a session', INITIALIZE, plain('tools/call', { ...CALL, _meta: { progressToken: 0 } })],

  // The envelope
  ...[DISCOVER.method, 'tools/list'].flatMap((method) =>
    [
      ['an unknown version', withVersion('2099-01-01')] as const,
      ['the version of a session', withVersion('2025-11-25')] as const,
      ['a version that is no text', withVersion(20260728)] as const,
      ['no version', without(VERSION)] as const,
      ['no capabilities', without(CAPABILITIES)] as const,
      ['no client info', without(INFO)] as const,
      ['capabilities that are none', { ...ENVELOPE, [CAPABILITIES]: 7 }] as const,
      ['a capability that is none', { ...ENVELOPE, [CAPABILITIES]: { roots: 7 } }] as const,
      ['client info without a name', { ...ENVELOPE, [INFO]: {} }] as const,
      ['an unknown level', { ...ENVELOPE, [`${KEY}logLevel`]: 'loud' }] as const,
      ['a level', { ...ENVELOPE, [`${KEY}logLevel`]: 'debug' }] as const,
      ['a _meta that is none', 7] as const,
    ].flatMap(([name, meta]) => [
      [`${method}: ${name}, first`, modern(method, {}, meta)] as const,
      [`${method}: ${name}, after discover`, DISCOVER, modern(method, {}, meta)] as const,
      ...(name === 'an unknown version' || name === 'the version of a session'
        ? []
        : [[`${method}: ${name}, later`, SETTLED, modern(method, {}, meta)] as const]),
    ]),
  ),
  ['a refused version does not settle the era', modern('tools/list', {}, withVersion('2')), INITIALIZE],

  // What is asked for wrongly
  ['an unknown tool', modern('tools/call', { name: 'list_everything' })],
  ['bad arguments', modern('tools/call', { name: CALL.name, arguments: { image_id: 'x' } })],
  ['no name of a tool', modern('tools/call')],
  ['a name that is none', modern('tools/call', { name: 7 })],
  ['arguments that are none', modern('tools/call', { name: CALL.name, arguments: [] })],
  ['an unknown prompt', modern('prompts/get', { name: 'sing' })],
  ['no name of a prompt', modern('prompts/get')],
  ['a prompt without what it needs', modern('prompts/get', { name: PROMPT.name, arguments: {} })],
  ['nothing to complete', modern('completion/complete')],
  [
    'an unknown prompt to complete',
    modern('completion/complete', { ...COMPLETE, ref: { type: 'ref/prompt', name: 'sing' } }),
  ],
  ['a cursor that is none', modern('tools/list', { cursor: 7 })],
  ...[
    'no/such',
    'ping',
    'logging/setLevel',
    'resources/list',
    'resources/templates/list',
    'resources/read',
    'resources/subscribe',
    'tasks/get',
    'roots/list',
    '__proto__',
    'constructor',
  ].flatMap((method) => [
    [`${method} first`, modern(method)] as const,
    [`${method} later`, SETTLED, modern(method)] as const,
    [`${method} without an envelope, later`, SETTLED, plain(method)] as const,
  ]),
  ['subscriptions/listen in a session', INITIALIZE, modern('subscriptions/listen', { notifications: {} })],

  // From one era to the other
  ['initialize after discover', DISCOVER, INITIALIZE, plain('tools/list'), SETTLED, plain('ping')],
  ['initialize after a request of the other era', SETTLED, INITIALIZE, plain('tools/list')],
  ['initialize without a version, likewise', SETTLED, plain('initialize', {})],
  ['initialize with an envelope', modern('initialize', HELLO), plain('tools/list')],
  ['initialize with an envelope, later', SETTLED, modern('initialize', HELLO)],
  [
    'initialize with an envelope that is wrong',
    modern('initialize', HELLO, withVersion('2')),
    plain('tools/list'),
  ],
  ['initialize for the stateless version', plain('initialize', { ...HELLO, protocolVersion: '2026-07-28' })],
  ...['2024-11-05', '2025-03-26', '2025-06-18', '2099-01-01'].map(
    (protocolVersion) =>
      [`initialize for ${protocolVersion}`, plain('initialize', { ...HELLO, protocolVersion })] as const,
  ),
  ['initialize twice', INITIALIZE, plain('initialize', HELLO)],
  ['ping after discover', DISCOVER, plain('ping'), SETTLED],
  ['ping first', plain('ping'), SETTLED, INITIALIZE],

  // Notifications, and what is no message
  ['a notification first', INITIALIZED, SETTLED],
  [
    'one with an envelope first',
    notification('notifications/cancelled', { ...CANCELLED, _meta: ENVELOPE }),
    plain('tools/list'),
  ],
  [
    'one with an unknown version first',
    notification('notifications/cancelled', { _meta: withVersion('2') }),
    SETTLED,
  ],
  [
    'one with an envelope after discover',
    DISCOVER,
    notification('notifications/cancelled', { ...CANCELLED, _meta: ENVELOPE }),
    INITIALIZE,
  ],
  ['one without an envelope after discover', DISCOVER, INITIALIZED, SETTLED],
  ['unknown ones', SETTLED, notification('notifications/no/such'), INITIALIZED, DISCOVER],
  ['a cancellation of what is over', SETTLED, notification('notifications/cancelled', { requestId: 1 })],
  [
    'an answer to nothing',
    { jsonrpc: '2.0', id: 1, result: {} },
    SETTLED,
    { jsonrpc: '2.0', id: 1, result: {} },
  ],
  ['batches', [DISCOVER], SETTLED, [SETTLED]],
  ['junk', 'junk', '{}', 'null', '{"jsonrpc":"1.0","id":1,"method":"ping"}', DISCOVER, '', 'junk', SETTLED],
];

/** Where the two differ, and why ours does. */
export const DIFFERENT: readonly (readonly [
  why: string,
  lines: readonly Line[],
  ours: object,
  reference: object,
])[] = [
  [
    'an unknown version is refused in every request, not only in the first ones',
    [SETTLED, modern('tools/list', {}, withVersion('2099-01-01'))],
    { error: -32022, data: { supported: ['2026-07-28'], requested: '2099-01-01' } },
    { result: expect.anything() },
  ],
  [
    'the version of a session likewise',
    [SETTLED, modern('server/discover', {}, withVersion('2025-11-25'))],
    { error: -32022, data: { supported: ['2026-07-28'], requested: '2025-11-25' } },
    { result: expect.anything() },
  ],
  [
    'nothing here changes by itself, so there is nothing to listen to',
    [SETTLED, modern('subscriptions/listen', { notifications: {} })],
    { error: -32601 },
    { method: 'notifications/subscriptions/acknowledged' },
  ],
  [
    'null arguments are none, as some clients mean them',
    [SETTLED, modern('prompts/get', { name: 'review_image', arguments: null })],
    { error: -32602 },
    { error: -32603 },
  ],
];
