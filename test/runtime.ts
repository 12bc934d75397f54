/** What a call of a tool shares with others, over any client: for tests that need no server and no HTTP. */
import { MAX_BYTES_RANGE } from '../src/config.ts';
import { createAccountCache } from '../src/gather/cache.ts';
import { systemClock } from '../src/http/time.ts';
import { createRedaction, type Redaction } from '../src/redact/redaction.ts';
import type { Runtime } from '../src/run-tool.ts';
import type { TcssClient } from '../src/tcss/client.ts';

/** `now` is the clock of the caches; it stands still unless one is given. */
export function runtimeOver(
  client: TcssClient,
  {
    now = () => 1_700_000_000_000,
    redaction = createRedaction([]),
    ...others
  }: Partial<Runtime> & { readonly now?: () => number; readonly redaction?: Redaction } = {},
): Runtime {
  const cache = createAccountCache({ client, redaction, now });
  return {
    client,
    redaction,
    source: 'live',
    withheld: [],
    timeoutMs: 25_000,
    maxBytes: MAX_BYTES_RANGE.default,
    clock: systemClock,
    nonce: () => '0a1b2c3d',
    log: () => undefined,
    cache: () => cache,
    ...others,
  };
}
