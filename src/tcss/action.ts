/** What an Action is, what every request carries, and what the lists over one image share. @see https://www.tencentcloud.com/document/product/1163/53161 */
import type * as z from 'zod';

/** Version of the TCSS API; the only one there is. */
export const TCSS_VERSION = '2020-11-01';

/** Service name in the signature's scope; never derived from a host, which may be an override. */
export const TCSS_SERVICE = 'tcss';

/** Rows per page: the most that `Limit` takes. The API's own default is 10. */
export const PAGE_LIMIT = 100;

/** Most requests a second the service takes for one action. */
export const REQUESTS_PER_SECOND = 20;

/**
 * One Action of the API: its name at the wire, its request and how its answer is read.
 * `response` is a tolerant reader: unknown keys pass, null and absent are alike.
 */
export interface Action<Request extends object, Response> {
  readonly name: string;
  readonly response: z.ZodType<Response>;
  readonly probe: Probe<Request>;
}

/** An Action of any request and answer. */
// biome-ignore lint/suspicious/noExplicitAny: a list of Actions is heterogeneous by nature
export type AnyAction = Action<any, any>;

/** The smallest valid request of an Action: `doctor` sends it to learn whether the key may call the Action. */
export interface Probe<Request extends object> {
  /** The Action whose answer tells what to ask about; absent where the request needs nothing. */
  readonly after?: AnyAction;
  /** Gets the answer of `after`. Undefined when that holds nothing to ask about. */
  // biome-ignore lint/suspicious/noExplicitAny: the answer of whatever `after` is
  request(answer?: any): Request | undefined;
}

/** A probe about something that the answer of another Action names. */
export function probeAfter<Response, Request extends object>(
  // biome-ignore lint/suspicious/noExplicitAny: only its answer matters here
  after: Action<any, Response>,
  request: (answer: Response) => Request | undefined,
): Probe<Request> {
  return { after, request };
}

/** Names an Action, its answer's schema and its probe; the request's type is given as the first type argument. */
export function defineAction<Request extends object>() {
  return <Response>(
    name: string,
    response: z.ZodType<Response>,
    probe: Probe<Request>,
  ): Action<Request, Response> => ({ name, response, probe });
}

/** Values are strings even for numeric codes; several filters are AND, several values OR. */
export interface AssetFilter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** What is asked of a list over one image; `Offset` is a row number. Not every list takes `By` and `Order`. */
interface RowsRequest {
  readonly Limit: number;
  readonly Offset: number;
  readonly By?: 'Level';
  readonly Order?: '+' | '-';
  readonly Filters?: readonly AssetFilter[];
}

/** The same of a registry image. */
export interface ImageRowsRequest extends RowsRequest {
  readonly Id: number;
}

/** The same of an image on nodes, by `sha256:` and 64 hex digits. */
export interface NodeImageRowsRequest extends RowsRequest {
  readonly ImageID: string;
}
