/** The three lists over one image: its risky behaviours, its vulnerabilities, its viruses. */
import { z } from 'zod/v3';
import type { Account, ImageRisk } from './data-set.ts';
import { findImage, imageAsked } from './find-image.ts';
import { type FilteredBy, matchingPositions, type RowFilter } from './matching-positions.ts';
import { filters, page, readRequest } from './request-shape.ts';
import type { Rows } from './rows.ts';
import { VIRUSES_FILTERED_BY } from './viruses.ts';
import { VULS_FILTERED_BY } from './vulnerability.ts';

/** Which values a code filter of the risks takes beyond the documented digits and "all" is not known. */
const CODE = /^(all|\d+)$/;
const LEVEL = /^(all|[1-4])$/;
const ANY = /^/;

const RISKS_FILTERED_BY: FilteredBy<ImageRisk> = { Level: 'Level', Behavior: 'Behavior', Type: 'Type' };

// The effect of the filter Name is not documented for any of the lists, and an ImageRisk has no name:
// each takes it, and it has no effect.
const risksRequest = z
  .object({
    ...page,
    ...imageAsked,
    Filters: filters({ Level: CODE, Behavior: CODE, Type: CODE, Name: ANY }),
    By: z.literal('Level').optional(),
    Order: z.enum(['+', '-']).default('+'), // the default is not documented
  })
  .strict();
const vulsRequest = z
  .object({ ...page, ...imageAsked, Filters: filters({ Level: LEVEL, Tag: ANY, Name: ANY }) })
  .strict();
/** The text names the filter Level, the example RiskLevel; whether the service takes both is not known. */
const virusesRequest = z
  .object({ ...page, ...imageAsked, Filters: filters({ Level: LEVEL, RiskLevel: LEVEL, Name: ANY }) })
  .strict();

/** `DescribeAssetImageRegistryRiskInfoList`, the only one of the three that takes an order. */
export function listRisks(request: Record<string, unknown>, account: Account): object {
  const { By, Order, ...asked } = readRequest(risksRequest, request);
  const order = By === undefined ? undefined : Order;
  return listed(findImage(account, asked).risks, RISKS_FILTERED_BY, asked, order);
}

/** `DescribeAssetImageRegistryVulList`. */
export function listVuls(request: Record<string, unknown>, account: Account): object {
  const asked = readRequest(vulsRequest, request);
  return listed(findImage(account, asked).vuls, VULS_FILTERED_BY, asked);
}

/** `DescribeAssetImageRegistryVirusList`. */
export function listViruses(request: Record<string, unknown>, account: Account): object {
  const asked = readRequest(virusesRequest, request);
  return listed(findImage(account, asked).viruses, VIRUSES_FILTERED_BY, asked);
}

interface Asked {
  readonly Limit: number;
  readonly Offset: number;
  readonly Filters: readonly RowFilter[];
}

function listed<Row extends object>(
  rows: Rows<Row>,
  filteredBy: FilteredBy<Row>,
  { Limit, Offset, Filters }: Asked,
  order?: '+' | '-',
): object {
  const positions = matchingPositions(rows, filteredBy, Filters, order);
  const TotalCount = positions?.length ?? rows.length;
  const count = Math.max(0, Math.min(Limit, TotalCount - Offset));
  const List = Array.from({ length: count }, (_, n) => rows.at(positions?.[Offset + n] ?? Offset + n));
  return { List, TotalCount };
}
