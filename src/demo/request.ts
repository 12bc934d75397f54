/**
 * Reads requests strictly, and answers what is alike in several Actions. Where the service's behaviour is not documented
 * this is strict, so that a client that works here relies on nothing undocumented.
 */
import { z } from 'zod/v3';
import { PAGE_LIMIT } from '../tcss/action.ts';

/** Becomes `Response.Error`; `code` is one of Tencent's. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** One valid filter. A row must match all filters, and one of the Values of each. */
export interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** An image's internal number. */
export const imageId = z.number().int().nonnegative();

/** Every list has these. */
export const page = {
  // What the service does above 100 is not documented, so clients should never ask for it.
  Limit: z.number().int().min(0).max(PAGE_LIMIT).default(10),
  Offset: z.number().int().min(0).default(0),
};

/** A list's `Filters`: the names that it knows, each with the form of its values. */
export function filters(values: Readonly<Record<string, RegExp>>) {
  const formOf = new Map(Object.entries(values)); // a Map, since a client may send "constructor"
  const filter = z
    .object({
      Name: z.string().refine((name) => formOf.has(name)),
      Values: z.array(z.string()).min(1),
      ExactMatch: z.boolean().optional(),
    })
    .strict()
    .refine(({ Name, Values }) => Values.every((one) => formOf.get(Name)?.test(one)));
  return z.array(filter).default([]);
}

/**
 * The request as the schema reads it.
 * @throws {Refusal} `UnknownParameter` for an unknown member, else `InvalidParameter.InvalidFormat`.
 */
export function readRequest<Schema extends z.ZodTypeAny>(schema: Schema, request: unknown): z.output<Schema> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const path = [...issue.path, issue.keys[0]].join('.');
    throw new Refusal('UnknownParameter', `The parameter \`${path}\` is not recognized.`);
  }
  const [first] = result.error.issues;
  throw new Refusal('InvalidParameter.InvalidFormat', `${first?.path.join('.')}: ${first?.message}`);
}

/**
 * Answers one Action about `Known`, the part of an account that it needs: the members of `Response` except `RequestId`.
 * @throws {Refusal} when the request is invalid.
 */
export type Handler<Known> = (request: Record<string, unknown>, account: Known) => object;

/** What a file of the demo answers, by Action. */
export type Handlers<Known> = Readonly<Record<string, Handler<Known>>>;

const imageInfo = z
  .object({
    InstanceName: z.string(),
    Namespace: z.string(),
    ImageName: z.string(),
    ImageTag: z.string(),
    Force: z.union([z.string(), z.boolean()]), // a string by its type, a boolean in published examples
    ImageDigest: z.string(),
    RegistryType: z.string(),
    ImageRepoAddress: z.string(),
    InstanceId: z.string(),
  })
  .partial()
  .strict();
const REQUIRED_OF_IMAGE_INFO = ['InstanceName', 'Namespace', 'ImageName', 'ImageTag', 'Force'] as const;
/** The two ways to name a registry image. */
export const imageNamed = { Id: imageId.optional(), ImageInfo: imageInfo.optional() };

/** An image as requests name it. */
interface NamedImage {
  readonly info: Readonly<Record<string, unknown>> & { readonly Id: number };
}

/** An account whose registry images hold `Rows`. */
export interface WithImages<Rows> {
  readonly images: readonly (NamedImage & Rows)[];
}

/** `Id` takes precedence. @throws {Refusal} without it and a complete `ImageInfo`, or when no image fits. */
export function findImage<Rows>(
  account: WithImages<Rows>,
  asked: { readonly Id?: number | undefined; readonly ImageInfo?: z.output<typeof imageInfo> | undefined },
): NamedImage & Rows {
  const { Id, ImageInfo } = asked;
  if (Id !== undefined) return found(account.images.find((image) => image.info.Id === Id));
  if (!ImageInfo || REQUIRED_OF_IMAGE_INFO.some((name) => ImageInfo[name] === undefined)) {
    throw new Refusal('InvalidParameter.MissingParameter', 'Id or a complete ImageInfo is required.');
  }
  const { Force: _, ...wanted } = ImageInfo;
  return found(
    account.images.find((image) =>
      Object.entries(wanted).every(([name, value]) => image.info[name] === value),
    ),
  );
}

/** @throws {Refusal} when there is none. */
export function found<Image>(image: Image | undefined): Image {
  if (!image) throw new Refusal('ResourceNotFound', 'The image does not exist.');
  return image;
}

/** The rows that pass every filter; `members` names the member for each filter. Filters it does not name have no effect. */
export function matching<Row extends object>(
  rows: readonly Row[],
  members: Readonly<Record<string, keyof Row>>,
  asked: readonly Filter[],
): readonly Row[] {
  const active = asked.filter(({ Name, Values }) => Object.hasOwn(members, Name) && !Values.includes('all'));
  if (active.length === 0) return rows;
  return rows.filter((row) =>
    active.every(({ Name, Values }) => isOneOf(row[members[Name] as keyof Row], Values)),
  );
}

/** Whether a member, or any value of a list such as Tag, is among the values. Null never is. */
function isOneOf(member: unknown, values: readonly string[]): boolean {
  return [member ?? []].flat().some((one) => values.includes(String(one)));
}

/** One page, as every list answers. */
export function pageOf<Row>(
  rows: readonly Row[],
  asked: { readonly Limit: number; readonly Offset: number },
): { List: Row[]; TotalCount: number } {
  return { List: rows.slice(asked.Offset, asked.Offset + asked.Limit), TotalCount: rows.length };
}
