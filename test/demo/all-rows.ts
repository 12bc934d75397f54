import { DEMO_IMAGE_IDS, type DemoImage, demoAccount } from '../../src/demo/data-set.ts';
import type { Rows } from '../../src/demo/rows.ts';

/** Every row, those made on demand too. */
export function allRows<Row>(rows: Rows<Row>): Row[] {
  return Array.from({ length: rows.length }, (_, n) => rows.at(n) as Row);
}

const { images } = demoAccount(Date.UTC(2026, 10, 24, 12));

/** An image of the demo's account. */
export function demoImage(name: keyof typeof DEMO_IMAGE_IDS): DemoImage {
  const found = images.find(({ info }) => info.Id === DEMO_IMAGE_IDS[name]);
  if (!found) throw new Error(`no image ${name}`);
  return found;
}
