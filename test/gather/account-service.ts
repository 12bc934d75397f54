import { type Account, handlers } from '../../src/demo/data-set.ts';
import { Refusal } from '../../src/demo/request.ts';
import type { ApiError } from '../../src/errors.ts';
import { createAccountCache } from '../../src/gather/cache.ts';
import type { GatherContext } from '../../src/gather/image-rows.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import type { Action } from '../../src/tcss/action.ts';
import { apiError } from '../../src/tcss/api-error.ts';

/** One request to the service. */
export interface AskedRequest {
  readonly action: string;
  readonly request: Record<string, unknown>;
}

/** The code of the error that the service answers a denied Action with. */
export const DENIED = 'AuthFailure.UnauthorizedOperation';

/**
 * The simulated service at the client port, over an account; `refuse` gives the code with which a request fails. Its
 * answers go through the Action's reader, as over HTTP.
 */
export function accountService(
  account: Account,
  refuse: (asked: AskedRequest) => string | undefined = () => undefined,
) {
  const requests: AskedRequest[] = [];
  const client = {
    async call<Request extends object, Response>(action: Action<Request, Response>, request: Request) {
      const asked = { action: action.name, request: { ...request } as Record<string, unknown> };
      requests.push(asked);
      const requestId = `request-${requests.length}`;
      const fail = (code: string): ApiError => apiError(action.name, code, 'made up', requestId);
      const code = refuse(asked);
      if (code !== undefined) throw fail(code);
      try {
        const answer = handlers.get(action.name)?.(asked.request, account);
        return action.response.parse(JSON.parse(JSON.stringify({ ...answer, RequestId: requestId })));
      } catch (error) {
        throw error instanceof Refusal ? fail(error.code) : error;
      }
    },
    close: async () => undefined,
  };
  const redaction = createRedaction([]);
  const cache = createAccountCache({ client, redaction, now: () => 0 });
  const signal = new AbortController().signal;
  const context: GatherContext = {
    ...cache,
    client,
    redaction,
    deadline: { signal, remainingMs: () => 25_000 },
  };
  return { requests, context };
}
