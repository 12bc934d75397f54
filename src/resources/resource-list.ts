/** The resources as clients list them, and which of them a URI reads. */
import type { CallOptions } from '../run-tool.ts';
import { findIds } from './find-values.ts';
import { levelsAndCodes } from './levels-and-codes.ts';
import { type Completion, complete, type ListedImages } from './listed-images.ts';
import { invalidParams, nameForError } from './request-error.ts';
import { type CallTool, readRisks } from './risks-resource.ts';
import { parseRisksUri, RISKS_URI_TEMPLATE } from './risks-uri.ts';

const REFERENCE_URI = 'tcss://reference/levels-and-codes';

/** The `resources` of resources/list. */
export const RESOURCES = [
  {
    uri: REFERENCE_URI,
    name: 'levels-and-codes',
    title: 'Levels and codes of TCSS',
    description:
      'What is known of Level, Behavior, Type, scan statuses and empty_because, and what is not published.',
    mimeType: 'text/markdown',
  },
];

/** The `resourceTemplates` of resources/templates/list. */
export const RESOURCE_TEMPLATES = [
  {
    uriTemplate: RISKS_URI_TEMPLATE,
    name: 'image-risks',
    title: 'Risks of a container image',
    description:
      'The findings of one registry image by its TCSS id, in parts: each part names the URI of the next.',
    mimeType: 'text/plain',
  },
];

/** One resource as it was read. */
export interface ResourceText {
  readonly text: string;
  readonly mimeType: string;
}

/**
 * Reads the resource at a URI. Only an image's findings cost requests.
 * @throws {RequestError} when there is no such resource, or it cannot be read.
 */
export async function readResource(
  uri: string,
  callTool: CallTool,
  options: CallOptions,
): Promise<ResourceText> {
  if (uri === REFERENCE_URI) return { text: levelsAndCodes(), mimeType: 'text/markdown' };
  const address = parseRisksUri(uri);
  if (address === undefined) throw invalidParams(`No such resource; there are: ${allUris()}`);
  return { text: await readRisks(address, callTool, options), mimeType: 'text/plain' };
}

function allUris(): string {
  return [...RESOURCES.map(({ uri }) => uri), RISKS_URI_TEMPLATE].join(', ');
}

/**
 * What to offer for a variable of a template that is being filled in. A cursor only comes from an answer.
 * @throws {RequestError} when there is no such template or variable.
 */
export function completeResource(
  uri: string,
  variable: { readonly name: string; readonly value: string },
  images: ListedImages,
): Completion {
  if (uri !== RISKS_URI_TEMPLATE) throw invalidParams(`No such template; there is: ${RISKS_URI_TEMPLATE}`);
  if (variable.name === 'id') return complete(findIds, variable.value, images);
  if (variable.name === 'cursor') return { values: [] };
  throw invalidParams(
    `Variable ${nameForError(variable.name)} not found; those of ${RISKS_URI_TEMPLATE} are: id, cursor`,
  );
}
