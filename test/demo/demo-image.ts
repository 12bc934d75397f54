import { DEMO_IMAGE_IDS, demoAccount } from '../../src/demo/data-set.ts';
import type { DemoImage } from '../../src/demo/image.ts';

const { images } = demoAccount(Date.UTC(2026, 10, 24, 12));

/** An image of the demo's account. */
export function demoImage(name: keyof typeof DEMO_IMAGE_IDS): DemoImage {
  const found = images.find(({ info }) => info.Id === DEMO_IMAGE_IDS[name]);
  if (!found) throw new Error(`no image ${name}`);
  return found;
}
