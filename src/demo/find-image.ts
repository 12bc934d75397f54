/** Which image of the account a request means. */
import { z } from 'zod/v3';
import type { Account, DemoImage } from './data-set.ts';
import { Refusal } from './refusal.ts';
import { imageId } from './request-shape.ts';

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

/** The two ways in which the lists over one image name it. */
export const imageAsked = { Id: imageId.optional(), ImageInfo: imageInfo.optional() };

/** `Id` wins. @throws {Refusal} when neither it nor a full `ImageInfo` is there, or no image fits. */
export function findImage(
  account: Account,
  {
    Id,
    ImageInfo,
  }: { readonly Id?: number | undefined; readonly ImageInfo?: z.output<typeof imageInfo> | undefined },
): DemoImage {
  if (Id !== undefined) return found(account.images.find((image) => image.info.Id === Id));
  if (!ImageInfo || REQUIRED_OF_IMAGE_INFO.some((name) => ImageInfo[name] === undefined)) {
    throw new Refusal('InvalidParameter.MissingParameter', 'Id or a full ImageInfo is required.');
  }
  const { Force: _, ...wanted } = ImageInfo;
  return found(
    account.images.find((image) =>
      Object.entries(wanted).every(([name, value]) => image.info[name] === value),
    ),
  );
}

/** The image itself. @throws {Refusal} `ResourceNotFound` when there is none. */
export function found(image: DemoImage | undefined): DemoImage {
  if (!image) throw new Refusal('ResourceNotFound', 'The image does not exist.');
  return image;
}
