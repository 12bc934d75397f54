/** Our pipeline in this process, wired as serve.ts does it but for stdio and the limit of rate. */
import { DEMO_CREDENTIALS } from '../../src/demo/data-set.ts';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import { systemClock } from '../../src/http/time.ts';
import { createTransport, type HttpRequest } from '../../src/http/transport.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import { runTool } from '../../src/run-tool.ts';
import { createTcssClient } from '../../src/tcss/client.ts';
import { listImageRisks } from '../../src/tools/list-image-risks.ts';
import { runtimeOver } from '../../test/runtime.ts';

/** What lists the rows; a call also reads the image's entry now and then. */
const ROWS_ACTION = 'DescribeAssetImageRegistryRiskInfoList';

/** Calls list_image_risks against one endpoint. */
export interface Pipeline {
  /** @throws {Error} when the answer is an error. */
  call(args: Readonly<Record<string, unknown>>): Promise<void>;
  /** The latest request for rows as it went to the transport; undefined before the first. */
  lastRowsRequest(): HttpRequest | undefined;
  close(): Promise<void>;
}

/** Opens one with connections of its own. */
export function openPipeline(url: string): Pipeline {
  const endpoint = new URL(url);
  const transport = createTransport({ endpoint });
  let last: HttpRequest | undefined;
  const client = createTcssClient({
    connect: async () => ({
      transport: {
        ...transport,
        send(request, signal) {
          if (request.headers['X-TC-Action'] === ROWS_ACTION) last = request;
          return transport.send(request, signal);
        },
      },
      endpoint,
      credentials: () => DEMO_CREDENTIALS,
      close: () => transport.close(),
    }),
    limiter: createRateLimiter(Number.POSITIVE_INFINITY, systemClock),
    clock: systemClock,
    language: 'en-US',
    region: undefined,
    log: () => undefined,
    random: Math.random,
  });
  const redaction = createRedaction(Object.values(DEMO_CREDENTIALS));
  const runtime = runtimeOver(client, { redaction, now: Date.now });
  return {
    async call(args) {
      const { signal } = new AbortController();
      const { isError, content } = await runTool(listImageRisks, args, runtime, { signal });
      if (isError) throw new Error(content[0].text);
    },
    lastRowsRequest: () => last,
    close: () => client.close(),
  };
}
