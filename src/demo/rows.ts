/** Rows of one kind that may be made on demand, so that a million cost no memory. An array is one. */
export interface Rows<Row> {
  readonly length: number;
  /** The same row for the same index, `0 <= index < length`. */
  at(index: number): Row | undefined;
}
