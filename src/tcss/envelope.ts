/** The service's envelope: HTTP 200 whether it worked or not; the only sign of failure is `Response.Error`. */
import * as z from 'zod';
import { ContractError } from '../errors.ts';
import type { Action } from './action.ts';
import { apiError } from './api-error.ts';

/**
 * RequestId and Code stand in our own words, so only their usual shapes pass; anything else may be
 * text that is meant for a model. An error of whatever shape is still an error.
 */
const envelope = z.object({
  Response: z.looseObject({
    RequestId: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional()
      .catch(undefined),
    Error: z
      .object({
        Code: z
          .string()
          .regex(/^[A-Za-z][\w.-]{0,100}$/)
          .catch('UnreadableCode'),
        Message: z.string().catch(''),
      })
      .nullish(),
  }),
});

/** How much of an error's message is kept: more than is ever shown, and no megabytes. */
const MESSAGE_LENGTH = 4096;

/** So that an issue knows the value of which it says the type. */
const WITH_INPUT = { reportInput: true };

/** How many mismatches a ContractError lists: enough to report, little enough to read. */
const PROBLEMS_SHOWN = 3;

/**
 * Parses the bytes of an answer: JSON only, a leading BOM is accepted.
 * @throws {ContractError} when they are not JSON; the body is never quoted.
 */
export function parseBody(body: Uint8Array, action: string): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body, which may hold a secret: our own words instead.
    throw new ContractError(action, [describeNotJson(text)]);
  }
}

/**
 * Opens a parsed answer and checks it with the Action's schema.
 * @throws {ApiError} when the service says no.
 * @throws {ContractError} when there is no envelope or a field has another shape than documented.
 */
export function openEnvelope<Request extends object, Response>(
  answer: unknown,
  action: Action<Request, Response>,
): Response {
  const opened = envelope.safeParse(answer, WITH_INPUT);
  if (!opened.success) throw new ContractError(action.name, listProblems(opened.error));
  const { Error: failure, RequestId: requestId } = opened.data.Response;
  if (failure) {
    throw apiError(action.name, failure.Code, failure.Message.slice(0, MESSAGE_LENGTH), requestId);
  }

  const read = action.response.safeParse(opened.data.Response, WITH_INPUT);
  if (!read.success) throw new ContractError(action.name, listProblems(read.error, 'Response'), requestId);
  return read.data;
}

function listProblems(error: z.ZodError, root = ''): string[] {
  const shown = error.issues.slice(0, PROBLEMS_SHOWN).map((issue) => {
    const path = [root, ...issue.path].filter((part) => part !== '').join('.') || 'the body';
    return `${path}: ${describeIssue(issue)}`;
  });
  const more = error.issues.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

/** zod's own messages may quote what was received; these never do. */
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    // zod says so of numbers alone.
    if (issue.expected === 'int') return 'expected integer, got float';
    return `expected ${issue.expected}, got ${typeName(issue.input)}`;
  }
  if (issue.code === 'too_big') {
    return issue.origin === 'array' ? 'more rows than were asked for' : 'a number too large to be exact';
  }
  return 'not of the documented shape';
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function describeNotJson(text: string): string {
  const start = text.trimStart().slice(0, 1);
  if (start === '') return 'the body is empty';
  if (start === '<')
    return 'the body is HTML or XML, so a proxy or gateway may have answered instead of TCSS';
  if (start === '{' || start === '[') return 'the body is cut off or not valid JSON';
  return 'the body is not JSON, so a proxy or gateway may have answered instead of TCSS';
}
