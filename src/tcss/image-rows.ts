/** What the three lists over one registry image share at the wire: risks, vulnerabilities, viruses. */

/** Values are strings even for numeric codes; several filters are AND, several values OR. */
export interface AssetFilter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** What is asked of a list; `Offset` is a row number. `By` and `Order` exist for the risks alone. */
export interface ImageRowsRequest {
  readonly Id: number;
  readonly Limit: number;
  readonly Offset: number;
  readonly By?: 'Level';
  readonly Order?: '+' | '-';
  readonly Filters?: readonly AssetFilter[];
}
