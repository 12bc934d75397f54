/** TCSS_TOOLS: what is left out is not listed, not called and not named anywhere. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { ConfigError } from '../src/errors.ts';
import { LISTS } from '../src/lists.ts';
import { offerOf } from '../src/offer.ts';
import { getPrompt, prompts } from '../src/prompts/prompts.ts';
import { tools } from '../src/tools/index.ts';
import { typed } from './cli/typed.ts';
import { refusalOf } from './prompts/connect.ts';
import { startHouse } from './setup.ts';

const NAMES = tools.map(({ name }) => name);

const offerWith = (TCSS_TOOLS: string) => offerOf(LISTS, parseConfig({ TCSS_TOOLS }));

describe('an offer', () => {
  test('of any tools names these alone, in lists, instructions and prompts', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(NAMES, { minLength: 1 }),
        fc.constantFrom(',', ' , '),
        (chosen, comma) => {
          const offer = offerWith(chosen.join(comma));
          const left = NAMES.filter((name) => !chosen.includes(name));
          const these = tools.filter(({ name }) => chosen.includes(name));
          const texts = offer.prompts.map(({ name }) => {
            const { arguments: list = [] } = prompts.find((prompt) => prompt.name === name) ?? {};
            return getPrompt(name, Object.fromEntries(list.map((one) => [one.name, one.example])), these)
              .text;
          });

          expect(offer.tools.map(({ name }) => name)).toEqual(NAMES.filter((name) => chosen.includes(name)));
          for (const said of [offer.instructions, ...texts]) {
            for (const name of left) expect(said).not.toContain(name);
          }
          for (const said of texts) expect(chosen.some((name) => said.includes(name))).toBe(true);
          for (const name of chosen) expect(offer.instructions).toContain(`${name}: `);
        },
      ),
    );
  });

  test('of everything is what it is without the setting', () => {
    expect(offerWith('')).toEqual(offerWith(NAMES.join()));
    expect(offerWith('').prompts).toHaveLength(prompts.length);
  });

  test.each([
    ['list_risks', `TCSS_TOOLS: there is no tool list_risks; the tools are: ${NAMES.join(', ')}`],
    [',', 'TCSS_TOOLS must be names of tools between commas'],
    ['AKIDfakeFAKE0123', 'TCSS_TOOLS must be names of tools between commas'],
  ])('of %j is refused', (setting, message) => {
    expect(() => offerWith(setting)).toThrow(new ConfigError(message));
  });
});

describe('a server with some tools', () => {
  const chosen = tools.filter(({ name }) => name === 'list_image_malware');
  const mixed = { image_id: 6947412 };

  test('does not know the others, nor the prompts about them', async () => {
    const house = await startHouse({ tools: chosen });
    const call = await refusalOf(house.client.callTool({ name: 'find_images', arguments: {} }));
    const prompt = await refusalOf(house.client.getPrompt({ name: 'registry_overview' }));
    const { prompts: listed } = await house.client.listPrompts();
    await house.close();

    expect(call).toMatchObject({
      code: -32602,
      message: expect.stringMatching(/Tool find_images not found; the tools are: list_image_malware$/),
    });
    expect(prompt).toMatchObject({ code: -32602 });
    expect(listed.map(({ name }) => name)).toEqual(['review_image']);
  });

  /** Answers that would go on with another tool, and refusals that would. */
  const misuses: Record<string, object[]> = {
    find_images: [{}, { query: 'no-such-image' }, { behaviors: [1] }, { where: 'nodes' }],
    find_vulnerability: [{ cve: 'CVE-2021-44228', where: 'nodes' }, { cve: 'CVE-1999-0001' }],
    compare_image_risks: [
      { base: 'no/such:1', target: 'no/such:2' },
      { base: '999999', target: '999998' },
    ],
    ...Object.fromEntries(
      ['list_image_risks', 'list_image_vulnerabilities', 'list_image_malware'].map((name) => [
        name,
        ['zzz/no-such:9', 'payments', 'api@sha256:12'].flatMap((image) => [
          { image },
          { image, where: 'nodes' },
        ]),
      ]),
    ),
  };

  test.each(tools)('sends nobody to a tool that is left out: $name alone', async ({ name, example }) => {
    for (const args of [example, ...(misuses[name] ?? [])]) {
      const { stdout, stderr } = await typed(['call', name, JSON.stringify(args), '--demo'], {
        TCSS_TOOLS: name,
      });
      for (const other of NAMES) if (other !== name) expect(stdout + stderr).not.toContain(other);
    }
  });

  test('is the same in `call`', async () => {
    const env = { TCSS_TOOLS: 'list_image_malware' };
    const left = await typed(['call', 'find_images', '{}', '--demo'], env);
    const kept = await typed(['call', 'list_image_malware', JSON.stringify(mixed), '--demo'], env);

    expect(left).toMatchObject({
      code: 2,
      stderr: 'there is no tool find_images; the tools are: list_image_malware\n',
    });
    expect(kept.code).toBe(0);
  });
});
