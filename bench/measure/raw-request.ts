/** The floor under a call: undici's own request of the very bytes that our client signed and sent. */
import { Agent } from 'undici';
import type { HttpRequest } from '../../src/http/transport.ts';

/** Sends one request again and again over kept-alive connections; its signature counts for five minutes. */
export function repeatRaw({ url, headers, body }: HttpRequest) {
  const agent = new Agent({ connections: 16 });
  return {
    async send(): Promise<void> {
      const answer = await agent.request({ origin: url.origin, path: '/', method: 'POST', headers, body });
      const text = await answer.body.text();
      if (!text.includes('"TotalCount"')) throw new Error(text);
    },
    close: () => agent.close(),
  };
}
