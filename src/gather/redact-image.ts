/** Secrets out of what an image's entry says of it, before it is kept or put together to a reference. */
import type { Redaction } from '../redact/redaction.ts';
import { SCAN_STATUSES } from '../tcss/vocabulary.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Takes secrets out of one image after the other; what repeats, such as namespaces, is looked at once. */
export function redactImages({ redact }: Redaction): <Entry extends object>(image: Entry) => Entry {
  const known = new Map<string, string>();
  const redactOnce = (text: string) => {
    if (DIGEST.test(text) || SCAN_STATUSES.has(text)) return text;
    const redacted = known.get(text) ?? redact(text);
    known.set(text, redacted);
    return redacted;
  };
  return (image) =>
    Object.fromEntries(
      Object.entries(image).map(([field, value]) => [
        field,
        typeof value === 'string' ? redactOnce(value) : value,
      ]),
    ) as typeof image;
}
