import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { onTestFinished } from 'vitest';
import { createAnswers } from '../../src/answers.ts';
import { LISTS } from '../../src/lists.ts';
import { offerOf } from '../../src/offer.ts';
import type { ListedImages } from '../../src/prompts/complete.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import { connect } from '../../src/server.ts';
import type { RegistryImage } from '../../src/tcss/registry-image.ts';
import { tools } from '../../src/tools/index.ts';

/** Made up; opens nothing. */
export const SECRET_ID = 'AKIDfakeFAKEfakeFAKE0123456789abcdef';

/** What a server with all tools offers. */
export const OFFER = offerOf(LISTS, { tools: undefined });

/** No image was listed. */
export const NO_IMAGES: ListedImages = { peek: () => undefined, redact: (text) => text };

/** The SDK's own client before a server that knows `listed` and has no service behind it: each call of a tool fails the test. */
export async function connectWith(listed?: readonly RegistryImage[]): Promise<Client> {
  const images: ListedImages = {
    peek: () => listed,
    redact: createRedaction([SECRET_ID]).redact,
  };
  const answers = createAnswers(
    tools,
    async ({ name }) => {
      throw new Error(`${name} was called`);
    },
    images,
  );
  const client = new Client({ name: 'test', version: '1.0.0' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  connect(far, OFFER, async () => answers);
  await client.connect(near);
  onTestFinished(() => client.close());
  return client;
}

/** What a refused request came back with. */
export async function refusalOf(answer: Promise<unknown>): Promise<{ code: number; message: string }> {
  try {
    await answer;
  } catch (error) {
    return error as { code: number; message: string };
  }
  throw new Error('it was answered');
}
