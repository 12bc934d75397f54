/** The menu of prompts, and how one is picked from it. */
import { toDisplay } from '../present/clean.ts';
import { type Completion, complete, type ListedImages } from '../resources/listed-images.ts';
import { invalidParams, nameForError } from '../resources/request-error.ts';
import { compareTags } from './compare-tags.ts';
import type { Prompt, PromptArgument } from './prompt.ts';
import { registryOverview } from './registry-overview.ts';
import { reviewImage } from './review-image.ts';

/** All prompts, in the order in which clients list them. */
export const prompts: readonly Prompt[] = [reviewImage, compareTags, registryOverview];

/** Texts of a prompt's arguments by name, as a client sends them. */
export type GivenArguments = Readonly<Record<string, string>>;

/** Most unknown arguments that an error names. */
const UNKNOWN_NAMED = 5;

/** The `prompts` of a prompts/list answer. */
export function listPrompts() {
  return prompts.map(({ name, title, description, arguments: list }) => ({
    name,
    title,
    description,
    arguments: list.map((one) => ({
      name: one.name,
      description: one.description,
      required: one.required,
    })),
  }));
}

/**
 * The message of one prompt, filled in.
 * @throws {RequestError} for an unknown prompt, and for arguments that are missing, unknown, too long or not of the kind that is needed.
 */
export function getPrompt(name: string, args: GivenArguments): { description: string; text: string } {
  const prompt = promptOf(name);
  return { description: prompt.description, text: prompt.text(readArguments(prompt, args)) };
}

/**
 * What to offer for an argument that is being typed.
 * @throws {RequestError} when there is no such prompt or argument.
 */
export function completePrompt(
  name: string,
  argument: { readonly name: string; readonly value: string },
  images: ListedImages,
  given: GivenArguments,
): Completion {
  const prompt = promptOf(name);
  const found = prompt.arguments.find((one) => one.name === argument.name);
  if (found === undefined) throw refusal(prompt, [unknown(argument.name)]);
  return complete(found.find, argument.value, images, given);
}

function promptOf(name: string): Prompt {
  const prompt = prompts.find((one) => one.name === name);
  if (prompt !== undefined) return prompt;
  const menu = prompts.map((one) => one.name).join(', ');
  throw invalidParams(`Prompt ${nameForError(name)} not found; the prompts are: ${menu}`);
}

function readArguments(prompt: Prompt, args: GivenArguments): Record<string, string> {
  const names = prompt.arguments.map((one) => one.name);
  const faults = Object.keys(args)
    .filter((name) => !names.includes(name))
    .slice(0, UNKNOWN_NAMED)
    .map(unknown);
  const accepted: Record<string, string> = {};
  for (const argument of prompt.arguments) {
    const value = args[argument.name] ?? '';
    const isTooLong = value.length > argument.maxLength;
    const cleaned = isTooLong ? '' : onOneLine(value);
    if (isTooLong) faults.push(`${argument.name}: at most ${argument.maxLength} characters`);
    else if (cleaned !== '' && argument.rule?.isMet(cleaned) === false) {
      faults.push(`${argument.name}: must be ${argument.rule.words}, such as ${argument.example}`);
    } else if (cleaned !== '') accepted[argument.name] = cleaned;
    else if (argument.required) faults.push(`${argument.name}: must be given, such as ${argument.example}`);
  }
  if (faults.length > 0) throw refusal(prompt, faults);
  return accepted;
}

/** Fit to stand between quotation marks in a sentence of ours. */
function onOneLine(value: string): string {
  return toDisplay(value, (text) => text)
    .replace(/["`\\]/g, "'")
    .trim();
}

function unknown(name: string): string {
  return `${nameForError(name)}: unknown`;
}

function refusal({ name, arguments: list }: Prompt, faults: readonly string[]): Error {
  return invalidParams(`Prompt ${name}: ${faults.join('; ')}. ${list.map(describe).join('. ')}`);
}

function describe({ name, required, description }: PromptArgument): string {
  return `${name} (${required ? 'required' : 'optional'}): ${description}`;
}
