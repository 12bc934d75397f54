/** What the service is asked for: a short list of reads, each of them declared by the tools that make it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { camPolicy } from '../src/cli/doctor.ts';
import { demoAccount, handlers } from '../src/demo/data-set.ts';
import { actionsOf } from '../src/tool.ts';
import { tools } from '../src/tools/index.ts';
import { type House, startHouse } from './setup.ts';
import { withTexts } from './simulator/altered.ts';
import { everythingOf, walk } from './tools/every-tool.ts';

/**
 * Everything that may ever be called. `DescribeAssetImageRegistryRegistryDetail` gives out passwords of registries;
 * exports, downloads and whatever creates, changes or deletes is no read.
 */
const ALLOWED = [
  'DescribeAssetContainerList',
  'DescribeAssetImageDetail',
  'DescribeAssetImageList',
  'DescribeAssetImageRegistryAssetStatus',
  'DescribeAssetImageRegistryDetail',
  'DescribeAssetImageRegistryList',
  'DescribeAssetImageRegistryRegistryList',
  'DescribeAssetImageRegistryRiskInfoList',
  'DescribeAssetImageRegistrySummary',
  'DescribeAssetImageRegistryVirusList',
  'DescribeAssetImageRegistryVulList',
  'DescribeAssetImageRiskList',
  'DescribeAssetImageScanSetting',
  'DescribeAssetImageVirusList',
  'DescribeAssetImageVulList',
  'DescribeEmergencyVulList',
  'DescribeImageAuthorizedInfo',
  'DescribeImageRegistryTimingScanTask',
  'DescribePurchaseStateInfo',
  'DescribeScanIgnoreVulList',
  'DescribeSystemVulList',
  'DescribeTcssSummary',
  'DescribeVulContainerList',
  'DescribeVulDetail',
  'DescribeVulImageList',
  'DescribeVulImageSummary',
  'DescribeVulRegistryImageList',
  'DescribeVulScanAuthorizedImageSummary',
  'DescribeWebVulList',
];
const NEVER =
  /^(?!Describe)|^DescribeAssetImageRegistryRegistryDetail$|Export|Download|Create|Modify|Add|Delete|Update|Sync|Renew/;

const called = actionsOf(tools);
const names = called.map(({ name }) => name);

describe('the actions', () => {
  test('are those that may be called, each once, and reads without secrets', () => {
    expect([...names].sort()).toEqual(ALLOWED);
    expect(ALLOWED.filter((name) => NEVER.test(name))).toEqual([]);
  });

  test('are all that src defines', () => {
    const defined = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) =>
        [...readFileSync(join('src', path), 'utf8').matchAll(/defineAction<[^(]*>\(\)\(\s*'(\w+)'/g)].map(
          ([, name]) => name,
        ),
      );

    expect(defined.length).toBe(names.length);
    expect([...names].sort()).toEqual(defined.sort());
  });

  test('are all answered by the simulated service, and no other is', () => {
    expect([...handlers.keys()].sort()).toEqual(ALLOWED);
  });

  test('can be tried: each has a probe, after the answer of one that its tools call too', () => {
    for (const { actions } of tools) {
      const own = [...actions.needs.flat(), ...actions.uses];
      for (const { probe } of own) if (probe.after !== undefined) expect(own).toContain(probe.after);
    }
    for (const { probe } of called.filter((action) => action.probe.after === undefined)) {
      expect(probe.request()).toBeTypeOf('object');
    }
  });

  test('are what the policy allows, and nothing else is', () => {
    expect(camPolicy(tools)).toEqual({
      version: '2.0',
      statement: [{ effect: 'allow', action: names.map((name) => `tcss:${name}`), resource: ['*'] }],
    });
  });
});

/** Images by their ids, which takes no look-up. */
function byId(args: Record<string, unknown>): Record<string, unknown> {
  const ids = new Map<unknown, string>(
    demoAccount().images.map(({ info }) => [
      `${info['Namespace']}/${info['ImageName']}:${info['ImageTag']}`,
      String(info.Id),
    ]),
  );
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, ids.get(value) ?? value]));
}

let house: House | undefined;
afterEach(() => house?.close());

describe.each(tools)('$name', (tool) => {
  const { needs, uses } = tool.actions;
  const open = async (denied: readonly { readonly name: string }[]): Promise<House> => {
    const opened = await startHouse({ alter: withTexts(['text']), source: 'live' });
    house = opened;
    for (const { name } of denied) {
      opened.simulator.failNext({ code: 'UnauthorizedOperation.CamNoAuth' }, { action: name, times: 99 });
    }
    return opened;
  };

  test('calls no action that it does not declare', async () => {
    const opened = await open([]);
    await walk(opened, tool);
    await opened.callTool(tool.name, tool.example);

    const declared = [...needs.flat(), ...uses].map(({ name }) => name);
    for (const { action } of opened.simulator.requests) expect(declared).toContain(action);
  });

  test.each(needs.map((group) => ({ group, named: group.map(({ name }) => name).join(', ') })))(
    'cannot answer without $named, and says so',
    async ({ group }) => {
      const { callTool } = await open(group);

      const { isError, text } = await callTool(tool.name, everythingOf(tool));

      expect(isError).toBe(true);
      expect(group.some(({ name }) => text.includes(`tcss:${name}`))).toBe(true);
    },
  );

  test.runIf(uses.length > 0)('answers without all that it only uses', async () => {
    const { callTool } = await open(uses);

    const { isError, text } = await callTool(tool.name, byId(everythingOf(tool)));

    expect(isError, text).toBe(false);
  });
});
