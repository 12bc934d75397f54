/** Checks of what the registry list tells: whether there is anything to ask about, and whether it was scanned. Pure. */
import { plural, statusWord } from '../present/text.ts';
import type { RegistryImage } from '../tcss/registry-image.ts';
import { type Check, failed, notTried, ok, warning } from './check.ts';

/** What is read of the list's answer: null or absent where the service gives nothing. */
interface ImagePage {
  readonly List?: readonly RegistryImage[] | null | undefined;
  readonly TotalCount?: number | null | undefined;
}

/** Their names, in order. */
export const IMAGE_CHECKS = ['registry', 'licences', 'scans'] as const;

const TRY_AGAIN = 'run doctor again; if it persists, report it to Tencent Cloud as a fault of the list';

/** `page` is the first of the list. */
export function checkImages({ List, TotalCount }: ImagePage): Check[] {
  const [registry, licences, scans] = IMAGE_CHECKS;
  const images = List ?? [];
  const total = TotalCount ?? undefined;
  if (images.length === 0) {
    const none = checkNoImages(registry, List !== null && List !== undefined, total);
    return [none, ...notTried([licences, scans], 'the list gave no image')];
  }
  const isPart = total === undefined || total > images.length;
  const which = isPart ? `the first ${plural(images.length, 'image')}` : plural(images.length, 'image');
  return [
    ok(registry, `${plural(total ?? images.length, 'image')} in the list`),
    checkLicences(licences, images, which),
    checkScans(scans, images, which),
  ];
}

/** An empty list is one thing; no list, or images that are counted and not given, is another. */
function checkNoImages(name: string, isListed: boolean, total: number | undefined): Check {
  if (total !== undefined && total > 0) {
    return failed(name, `the service counts ${plural(total, 'image')} and gave none of them`, TRY_AGAIN);
  }
  if (!isListed && total === undefined) {
    return failed(
      name,
      'the service gave neither a list of images nor their number, so what the account holds is not known',
      `see that TCSS is activated and that the endpoint is the site of the account; ${TRY_AGAIN}`,
    );
  }
  return failed(
    name,
    'the image list is empty, so there is nothing to ask about',
    'activate TCSS, connect a registry and synchronise it in the TCSS console; see that the endpoint is the site of the account',
  );
}

function checkLicences(name: string, images: readonly RegistryImage[], which: string): Check {
  const count = images.filter(({ IsAuthorized }) => IsAuthorized === 1).length;
  const found = `${count} of ${which} with a scan licence`;
  if (count === images.length) return ok(name, found);
  return warning(
    name,
    `${found}; of the others TCSS knows nothing`,
    'assign licences in the TCSS console to the images that matter',
  );
}

/** Of the risk scan, whose state the list gives for each image. */
function checkScans(name: string, images: readonly RegistryImage[], which: string): Check {
  const states = new Map<string, number>();
  for (const { RiskStatus } of images) {
    const word = statusWord(RiskStatus);
    states.set(word, (states.get(word) ?? 0) + 1);
  }
  const found = `the risk scan of ${which}: ${[...states].map(([word, count]) => `${word} ${count}`).join(', ')}`;
  if (states.get('SCANNED') === images.length) return ok(name, found);
  return warning(name, found, 'scan in the TCSS console what is not SCANNED; its findings are not known');
}
