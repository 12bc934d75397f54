/** Where figures go: a table on stdout, and the same rows in bench/results.json. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const FILE = 'bench/results.json';

/** One line of a table, by column. */
export type Row = Readonly<Record<string, string | number>>;

/** Prints a part's rows, whose columns are those of the first one, and keeps them beside other parts' rows. */
export function report(part: string, rows: readonly Row[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |\n`;
  process.stdout.write(line(columns) + line(columns.map(() => '---')));
  for (const row of rows) process.stdout.write(line(columns.map((column) => row[column] ?? '')));

  const { parts } = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : { parts: {} };
  const kept = { date: new Date().toISOString(), node: process.versions.node, cpus: cpus().length, rows };
  writeFileSync(FILE, `${JSON.stringify({ parts: { ...parts, [part]: kept } }, null, 1)}\n`);
}

/** A figure with `digits` decimals. */
export function rounded(figure: number, digits = 0): number {
  return Number(figure.toFixed(digits));
}

/** How many times `base` a figure is, as `1.25 x`. */
export function times(figure: number, base: number): string {
  return `${(figure / base).toFixed(2)} x`;
}
