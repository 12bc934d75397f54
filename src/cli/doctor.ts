/** `doctor`: finds in one run why there are no answers, in lines that can be pasted into a bug report. */
import { homeFolder } from '../credentials/credential-chain.ts';
import { EXIT, type Terminal } from '../host.ts';
import { systemClock } from '../http/time.ts';
import { type AnyTool, actionsOf } from '../tool.ts';
import { wire } from '../wire.ts';
import { type Check, lineOf, notTried } from './check.ts';
import { checkHttp } from './http-checks.ts';
import { checkNetwork, NETWORK_CHECKS } from './network-checks.ts';
import { checkService, serviceChecks } from './service-checks.ts';
import {
  CREDENTIAL_CHECKS,
  checkCertificates,
  checkCredentials,
  checkNode,
  checkSettings,
} from './setup-checks.ts';

/** Writes one line for each check and then the policy, or one JSON object. Gives the exit code. */
export async function runDoctor(
  { demo, json }: { readonly demo: boolean; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const { tools, checks } = await examine(demo, terminal);
  const isFit = checks.every(({ status }) => status !== 'failed');
  const policy = camPolicy(tools);
  if (json) terminal.write(`${JSON.stringify({ checks, ok: isFit, policy }, undefined, 2)}\n`);
  else {
    const lines = checks.map((check) => `${lineOf(check)}\n`).join('');
    const title = 'The CAM policy with exactly what this server calls, to copy:';
    terminal.write(`${lines}\n${title}\n${JSON.stringify(policy, undefined, 2)}\n`);
  }
  return isFit ? EXIT.done : EXIT.failed;
}

/** `tools` are those that the settings offer, or all where the settings cannot be used. */
async function examine(
  demo: boolean,
  terminal: Terminal,
): Promise<{ readonly tools: readonly AnyTool[]; readonly checks: readonly Check[] }> {
  const { check, config, tools } = checkSettings(terminal);
  const begin = [checkNode(terminal), check, checkCertificates(terminal)];
  if (config === undefined) {
    const names = [...CREDENTIAL_CHECKS, ...NETWORK_CHECKS, ...serviceChecks(tools)];
    return { tools, checks: [...begin, ...notTried(names, 'the settings cannot be used')] };
  }

  const warnings: string[] = [];
  let skewMs: number | undefined;
  const { runtime, credentials } = wire(
    { ...config, logLevel: 'warn' },
    {
      ...terminal,
      demo,
      writeError: (line) => warnings.push(line.replace(/^\S+ \w+: /, '').trim()),
      onDate: (dateMs) => {
        skewMs ??= dateMs - systemClock.now();
      },
    },
  );
  const home = homeFolder(terminal.env, terminal.platform);
  const show = (text: string) => withoutHome(runtime.redaction.display(text), home);
  try {
    const keys = checkCredentials(credentials, demo, () => warnings);
    const network = await checkNetwork(demo ? asDemo(config) : config, terminal.env, show);
    const blocked = keys.blocked ?? network.blocked;
    const service =
      blocked === undefined
        ? await checkService(tools, { runtime, show, skewMs: () => skewMs })
        : notTried(serviceChecks(tools), blocked);
    const http = await checkHttp(terminal.env, config);
    return { tools, checks: [...begin, ...keys.checks, ...network.checks, ...service, ...http] };
  } finally {
    await runtime.client.close();
  }
}

/**
 * A CAM policy that allows exactly the Actions that these tools call. TCSS grants by operation alone, so the resource
 * is `*`.
 * @see https://www.tencentcloud.com/document/product/598/10603 for the syntax
 */
export function camPolicy(tools: readonly AnyTool[]) {
  const action = actionsOf(tools).map(({ name }) => `tcss:${name}`);
  return { version: '2.0', statement: [{ effect: 'allow', action, resource: ['*'] }] };
}

/** The path of a home folder tells who its user is. */
function withoutHome(text: string, home: string | undefined): string {
  return home === undefined || home.length < 2 ? text : text.replaceAll(home, '~');
}

/** Settings with an endpoint like the demo's, which is not listening yet. */
function asDemo<Settings extends { readonly endpoint: URL }>(settings: Settings): Settings {
  return { ...settings, endpoint: new URL('http://127.0.0.1') };
}
