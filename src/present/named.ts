/** The answer of a tool over one image, which a name may not have told apart. Pure. */
import type { ImageFacts } from '../gather/image-rows.ts';
import { type AmbiguousImage, isAmbiguous } from '../gather/resolve-image.ts';
import type { ImageRow } from '../gather/row-kind.ts';
import { digestCandidates } from './candidates.ts';
import type { RowPresentation } from './row-item.ts';
import { digestRows, type RowViewOptions } from './rows.ts';
import type { Digest, Presentation } from './view.ts';

/** The image's rows, or the images that the name fits. */
export function digestNamed<Row extends ImageRow, Shown, Fields extends object>(
  kind: RowPresentation<Row, Shown, Fields>,
  facts: ImageFacts<Row> | AmbiguousImage,
  options: RowViewOptions,
  presentation: Presentation,
): Digest {
  return isAmbiguous(facts)
    ? digestCandidates(facts, presentation)
    : digestRows(kind, facts, options, presentation);
}
