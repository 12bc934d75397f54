import { makeImage } from '../../src/demo/image.ts';
import type { Deadline } from '../../src/http/time.ts';
import { apiError } from '../../src/tcss/api-error.ts';
import type { TcssClient } from '../../src/tcss/client.ts';
import { describeAssetImageRegistryList, type RegistryImage } from '../../src/tcss/registry-image.ts';

/** One image as it goes over the wire. */
export type WireImage = Readonly<Record<string, unknown>> & { readonly Id: number };

/** `count` images `team-N/app-N:N` of ids from 1 on. */
export function wireImages(count: number): WireImage[] {
  return Array.from({ length: count }, (_, at) => wireImage(at + 1, `team-${at % 40}/app-${at % 300}:${at}`));
}

/** A scanned and licensed image without findings; `info` has the last word. */
export function wireImage(id: number, reference: string, info: Record<string, unknown> = {}): WireImage {
  return makeImage(id, reference, [], info).info;
}

/** The image as the client reads it. */
export function readImage(wire: WireImage): RegistryImage {
  const [image] = describeAssetImageRegistryList.response.parse({ List: [wire] }).List ?? [];
  if (image === undefined) throw new RangeError('no image was read');
  return image;
}

/** The registry list at the client port. */
export interface FakeRegistry extends TcssClient {
  images: readonly WireImage[];
  /** What becomes of an answer; the number of its request counts from 1. */
  bend: (page: Record<string, unknown>, request: number) => unknown;
  /** Requests so far. */
  readonly requests: number;
}

/** Answers after a turn of the event loop, and not at all once the call is aborted. */
export function fakeRegistry(images: readonly WireImage[]): FakeRegistry {
  let requests = 0;
  const fake = {
    images,
    bend: (page: Record<string, unknown>): unknown => page,
    get requests() {
      return requests;
    },
    async call(
      action: typeof describeAssetImageRegistryList,
      { Offset, Limit }: { Offset: number; Limit: number },
      { signal }: Deadline,
    ) {
      requests += 1;
      const number = requests;
      const List = fake.images.slice(Offset, Offset + Limit);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      const page = { List, TotalCount: fake.images.length, RequestId: `request-${number}` };
      return action.response.parse((fake.bend as FakeRegistry['bend'])(page, number));
    },
    close: async () => undefined,
  };
  return fake as unknown as FakeRegistry;
}

/** Fails the request. */
export function fail(): never {
  throw apiError('DescribeAssetImageRegistryList', 'InternalError', 'made up', 'request-0');
}
