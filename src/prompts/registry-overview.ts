/** registry_overview: which images of the registry to look at first. */
import { findQueries } from '../resources/find-values.ts';
import { type Prompt, READING_RULES } from './prompt.ts';

/** The prompt as clients see it. */
export const registryOverview: Prompt = {
  name: 'registry_overview',
  title: 'The riskiest images of the registry',
  description: 'Which images to look at first, of the whole registry or of those that match a text.',
  arguments: [
    {
      name: 'query',
      description: 'only images whose registry, namespace, name or tag holds this text',
      required: false,
      maxLength: 200,
      example: 'payments',
      find: findQueries,
    },
  ],
  text: ({
    query,
  }) => `Which container images${query === undefined ? '' : ` that match "${query}"`} should we look at first?
1. Call find_images${query === undefined ? '' : ` with query "${query}"`}, riskiest first, limit 10.
2. ${READING_RULES}
3. For the three riskiest call list_image_risks with image_id and detail summary.
Answer with a table: image, id, state of each scan, numbers of risks, vulnerabilities and malware. Then the three to look at first, each with the reason and one next step. Name apart the images that were not scanned, not licensed, or whose scan failed: their zeros mean nothing.`,
};
