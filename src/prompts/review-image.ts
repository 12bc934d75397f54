/** review_image: one image's findings, sorted into fix now, fix next and accept. */
import { findReferences } from '../resources/find-values.ts';
import { REFERENCE_LENGTH } from '../resources/listed-images.ts';
import { type Prompt, READING_RULES } from './prompt.ts';

/** The prompt as clients see it. */
export const reviewImage: Prompt = {
  name: 'review_image',
  title: 'Review a container image',
  description: 'Triage of one image: what to fix now, what to fix next, what to accept.',
  arguments: [
    {
      name: 'image',
      description: '[registry/][namespace/]name[:tag], or a TCSS image id',
      required: true,
      maxLength: REFERENCE_LENGTH,
      example: 'payments/api:1.4.2',
      find: findReferences,
    },
  ],
  text: ({ image = '' }) => `Review the container image "${image}".
1. Call list_image_risks, list_image_malware and list_image_vulnerabilities with image "${image}".
2. ${READING_RULES}
3. While critical or high rows are unread, go on with next_cursor, or ask again with levels.
Answer in three groups: fix now, fix next, accept. One line a finding: its id, level, number of rows, and one next step (for accept: why). End with what was not read or not scanned.`,
};
