/** What a CI system takes for a command in a log: none stands in an answer, whoever wrote it and wherever. */
import { afterEach, describe, expect, test } from 'vitest';
import { tools } from '../../src/tools/index.ts';
import { service, typed } from '../cli/typed.ts';
import { type House, startHouse } from '../setup.ts';
import { withTexts } from '../simulator/altered.ts';
import { everythingOf, walk } from './every-tool.ts';

/** Commands of Azure Pipelines, GitHub Actions and TeamCity, also such as cleaning would put together. */
const COMMANDS = [
  '##vso[task.setvariable variable=PATH]/tmp/evil',
  'RUN echo "##vso[task.complete result=Succeeded;]"',
  '##[error]all clear',
  '##[add-mask]clear',
  "##teamcity[buildStatus status='SUCCESS']",
  '###[group]a ####vso[b] ##VSO[c]',
  '#\u200b#vso[zero-width]',
  '#\u001b[0m#[colour]',
  '##\u202evso\u0000[bidi]',
  '#[#](vso)[task.x]',
  '[##vso](x)[y] ##[text](target)[z]',
  '\n##vso[line]\r\n##[line]\u2028##[line]',
  '::set-output name=x::y',
  '\n::add-mask::clear\r\n::stop-commands::x',
];

/** A name on which the mark would be found last, at a cut. */
const LONG = `${'a'.repeat(290)}##vso[task.x]${'##['.repeat(300)}`;

/** Fails on text that any of the CI systems would act on. */
function expectNoCommand(output: string): void {
  expect(output).not.toMatch(/##\w*\[/);
  expect(output).not.toMatch(/^\s*::/m);
}

/** Arguments of `tool` that hold commands: of the right type, and of none. */
function hostileArguments(tool: (typeof tools)[number]): Record<string, unknown>[] {
  const names = Object.keys(tool.input.shape);
  const all = (value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
  return COMMANDS.flatMap((text) => [
    all(text),
    all([text, { [text]: text }]),
    { [text]: text },
    ...names.map((name) => ({ ...tool.example, [name]: text })),
    ...(names.includes('image') ? [{ image: text }, { image: `payments/api:${text}` }] : []),
  ]);
}

let house: House | undefined;
afterEach(() => house?.close());

describe.each(tools)('$name', (tool) => {
  test('lets none through from what upstream wrote, in text and JSON', async () => {
    house = await startHouse({ alter: withTexts([...COMMANDS, LONG]) });

    const answers = await walk(house, tool);

    expect(answers.map(({ text }) => text).join('\n')).toContain('# #vso[');
    for (const { text, raw } of answers) {
      expectNoCommand(text);
      expectNoCommand(JSON.stringify(raw));
    }
  });

  test('lets none through from what the caller wrote', async () => {
    house = await startHouse({ alter: withTexts(COMMANDS) });
    for (const args of hostileArguments(tool)) {
      const { text, raw } = await house.callTool(tool.name, args);

      expectNoCommand(text);
      expectNoCommand(JSON.stringify(raw));
    }
  });

  test('lets none through from candidates and the closest names', async () => {
    house = await startHouse({ alter: withTexts(COMMANDS) });
    for (const image of ['nginx', 'web/nginx:1.25', 'payments/aip']) {
      const asked = { image, base: image, target: '6947412', name: image };
      const args = Object.entries(asked).filter(([name]) => name in tool.input.shape);
      const { text, raw } = await house.callTool(tool.name, Object.fromEntries(args));

      expectNoCommand(text);
      expectNoCommand(JSON.stringify(raw));
    }
  });

  test('lets none through from errors, codes and RequestIds', async () => {
    let said = '';
    const respond = () => ({ Error: { Code: said, Message: said }, RequestId: said });
    house = await startHouse();
    house.simulator.failNext({ respond }, { times: Number.POSITIVE_INFINITY });
    const answers = [];
    for (said of COMMANDS) answers.push(await house.callTool(tool.name, everythingOf(tool)));

    for (const { text, raw } of answers) {
      expectNoCommand(text);
      expectNoCommand(JSON.stringify(raw));
    }
    expectNoCommand(house.log.join('\n'));
    expect(answers.map(({ text }) => text).join('\n')).toContain('# #vso[');
  });

  test('lets none through in `call`: text, --json, stderr', async () => {
    const { env } = await service({ alter: withTexts(COMMANDS) });
    const bad = Object.fromEntries(COMMANDS.map((text) => [text, text]));
    for (const args of [everythingOf(tool), bad]) {
      for (const flags of [[], ['--json']]) {
        const { stdout, stderr } = await called(tool.name, args, { ...env, TCSS_LOG_LEVEL: 'debug' }, flags);

        expect(stdout + stderr).toContain('# #');
        expectNoCommand(stdout);
        expectNoCommand(stderr);
      }
    }
  });
});

test('what is no tool call lets none through either', async () => {
  const { client, ...open } = await startHouse({ alter: withTexts(COMMANDS) });
  house = { client, ...open };
  await open.callTool('find_images', {});
  for (const text of COMMANDS) {
    const answers = await Promise.all([
      client.getPrompt({ name: 'review_image', arguments: { image: text } }).catch(String),
      client.getPrompt({ name: 'review_image', arguments: { image: 'a', [text]: text } }).catch(String),
      client.getPrompt({ name: text }).catch(String),
      client.callTool({ name: text, arguments: {} }).catch(String),
      client.readResource({ uri: text }).catch(String),
      client.readResource({ uri: 'tcss://images/8000001/risks' }).catch(String),
      client
        .complete({
          ref: { type: 'ref/prompt', name: 'review_image' },
          argument: { name: 'image', value: 'a' },
        })
        .catch(String),
      client
        .complete({ ref: { type: 'ref/prompt', name: text }, argument: { name: text, value: text } })
        .catch(String),
    ]);

    for (const answer of answers) expectNoCommand(JSON.stringify(answer));
  }
});

function called(tool: string, args: object, env: Readonly<Record<string, string>>, flags: readonly string[]) {
  return typed(['call', tool, JSON.stringify(args), ...flags], env);
}
