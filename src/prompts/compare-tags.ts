/** compare_tags: what got better or worse between two tags of one image. */
import { parseImageReference } from '../gather/image-reference.ts';
import { findNames, findTags } from '../resources/find-values.ts';
import { REFERENCE_LENGTH } from '../resources/listed-images.ts';
import { type Prompt, type PromptArgument, READING_RULES } from './prompt.ts';

/** The most that registries take. */
const TAG_LENGTH = 128;

const tag = (name: string, description: string, example: string): PromptArgument => ({
  name,
  description,
  required: true,
  maxLength: TAG_LENGTH,
  example,
  // Else the tag would end the name elsewhere than where the person sees it end.
  rule: {
    words: 'a tag alone, without blanks and without : / @',
    isMet: (value) => /^[^/:@\s]+$/.test(value),
  },
  find: findTags,
});

/** The prompt as clients see it. */
export const compareTags: Prompt = {
  name: 'compare_tags',
  title: 'Compare two tags of a container image',
  description: 'What got better or worse from one tag of an image to another.',
  arguments: [
    {
      name: 'image',
      description: '[registry/][namespace/]name, without a tag',
      required: true,
      maxLength: REFERENCE_LENGTH,
      example: 'payments/api',
      rule: {
        words: '[registry/][namespace/]name (an id names one image, which has no other tags)',
        isMet: (value) => !/^\d+$/.test(value) && nameIn(value) !== undefined,
      },
      find: findNames,
    },
    tag('base_tag', 'the tag to compare with, usually the older one', '1.4.1'),
    tag('target_tag', 'the tag in question', '1.4.2'),
  ],
  text({ image = '', base_tag, target_tag }) {
    const name = nameIn(image);
    const base = `${name}:${base_tag}`;
    const target = `${name}:${target_tag}`;
    return `Compare two tags of a container image: "${base}" and, after it, "${target}".
1. Call compare_image_risks with base "${base}" and target "${target}".
2. ${READING_RULES}
3. Where fixed is absent, claim nothing of what was fixed, and say why.
Answer first: better, worse, or not to be told. Then three groups: introduced, fixed, unchanged. For introduced and fixed one line a finding: its id, level, number of rows, and one next step; for unchanged the count. End with what was not read or not scanned of either tag.`;
  },
};

/** A name may be picked with its tag; the tags that count are given apart. */
function nameIn(image: string): string | undefined {
  const path = parseImageReference(image)?.path ?? [];
  return path.length === 0 ? undefined : path.join('/');
}
