import type { ImageRowsRequest } from '../../src/tcss/action.ts';
import { apiError } from '../../src/tcss/api-error.ts';
import type { TcssClient } from '../../src/tcss/client.ts';
import { readLevel } from '../../src/tcss/vocabulary.ts';
import type { ImageRisk } from '../../src/tools/list-image-risks.ts';

/** What goes wrong with one request for rows. */
export type RowFault = 'fail' | 'short' | 'empty';

/** The service at the client port: rows in the order given, filtered by level; faults by request number. */
export interface FakeTcss extends TcssClient {
  /** Every request for rows, in order. */
  readonly requests: ImageRowsRequest[];
  rows: readonly ImageRisk[];
}

/** For large random runs only; one walk of each shape goes over HTTP in test/tools. */
export function fakeTcss(
  rows: readonly ImageRisk[],
  faultOf: (requestNumber: number, request: ImageRowsRequest) => RowFault | undefined = () => undefined,
): FakeTcss {
  const requests: ImageRowsRequest[] = [];
  let lastRequestId = 'request-0';
  const fake = {
    requests,
    rows,
    async call(action: { name: string }, request: object) {
      const asked = request as ImageRowsRequest;
      if (action.name !== 'DescribeAssetImageRegistryRiskInfoList') {
        return { RiskStatus: 'SCANNED', RiskCnt: 0, IsAuthorized: 1 };
      }
      requests.push(asked);
      const fault = faultOf(requests.length, asked);
      if (fault === 'fail') throw apiError(action.name, 'InternalError', 'made up', lastRequestId);
      const levels = asked.Filters?.find(({ Name }) => Name === 'Level')?.Values;
      const matching =
        levels === undefined ? fake.rows : fake.rows.filter((row) => levels.includes(String(row.Level)));
      const page = matching.slice(asked.Offset, asked.Offset + asked.Limit);
      lastRequestId = `request-${requests.length}`;
      const kept = fault === 'short' ? Math.floor(page.length / 2) : fault === 'empty' ? 0 : page.length;
      return { List: page.slice(0, kept), TotalCount: matching.length, RequestId: lastRequestId };
    },
    close: async () => undefined,
  };
  return fake as unknown as FakeTcss;
}

/** Rows in level order, as the service sends them when it is asked to. */
export function inLevelOrder(rows: readonly ImageRisk[], order: 'desc' | 'asc'): ImageRisk[] {
  const code = (row: ImageRisk) => (readLevel(row.Level).level === 'unknown' ? 0 : Number(row.Level));
  return [...rows].sort((a, b) => (order === 'desc' ? code(b) - code(a) : code(a) - code(b)));
}
