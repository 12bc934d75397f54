/**
 * What each Action answers over an account. Where the service's behaviour is not documented, the strict
 * reading is taken, so that a client that passes here relies on nothing undocumented.
 */
import type { Account } from './data-set.ts';
import { listRisks, listViruses, listVuls } from './image-rows-handlers.ts';
import { describeImage, listImages } from './registry-handlers.ts';

/** Gives the members of `Response` but `RequestId`. @throws {Refusal} when the request is not in order. */
export type Handler = (request: Record<string, unknown>, account: Account) => object;

/** Every Action the simulated service knows, by its name at the wire. */
export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['DescribeAssetImageRegistryRiskInfoList', listRisks],
  ['DescribeAssetImageRegistryVulList', listVuls],
  ['DescribeAssetImageRegistryVirusList', listViruses],
  ['DescribeAssetImageRegistryList', listImages],
  ['DescribeAssetImageRegistryDetail', describeImage],
]);
