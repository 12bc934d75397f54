/** From argv to one of the commands, which are loaded when they are asked for, and to its exit code. */

import { parseCommandLine } from './command-line.ts';
import { ConfigError } from './errors.ts';
import { EXIT, type Host, type Terminal } from './host.ts';
import { serve } from './serve.ts';
import { NAME, VERSION } from './version.ts';

const HELP = `${NAME} ${VERSION}: MCP server for the risks of container images (Tencent Cloud TCSS)

Usage: ${NAME} [COMMAND] [FLAGS]

Commands:
  (none)                   serve MCP on stdin and stdout: put it into the settings of an MCP client
  call TOOL [JSON]         one tool call: the answer on stdout, an error on stderr; - reads JSON from stdin
  doctor                   check credentials, network, permissions, scans; fit for a bug report
  config CLIENT            print the settings for an MCP client

Flags, anywhere:
  --demo                   answer from an embedded simulated TCSS with made-up data; no credentials, no network
  --json                   with call: print structuredContent; with doctor: print the checks as JSON
  --fail-on LEVEL          with call: exit 3 when a finding is at or above critical, high, medium or low
  --help                   print this
  --version                print the version

Exit codes: 0 done; 1 a tool error, a failed check, or findings that --fail-on cannot judge;
2 wrong usage or settings; 3 findings at or above LEVEL.

Environment: TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, TENCENTCLOUD_TOKEN (temporary keys),
else the file of TENCENTCLOUD_PROFILE (~/.tccli/<profile or default>.credential), else ~/.tencentcloud/credentials;
TENCENTCLOUD_REGION, TCSS_ENDPOINT, TCSS_LANGUAGE, TCSS_TIMEOUT_MS, TCSS_MAX_BYTES, TCSS_RATE_LIMIT,
TCSS_LOG_LEVEL, HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS. See the README.
`;

/** Runs what was typed; comes back once it serves or has set its exit code. */
export async function run(host: Host): Promise<void> {
  // A reader that went away is no fault: what is served ends by it below, and no log is needed to serve.
  host.stderr.on('error', () => undefined);
  host.stdout.on('error', ({ code = 'no code' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    // A full disk, for one: whoever reads the output later must not take its lack for an empty answer.
    host.stderr.write(`${NAME}: stdout could not be written (${code})\n`);
    host.exitCode = EXIT.failed;
  });
  try {
    const line = parseCommandLine(host.argv.slice(2));
    switch (line.command) {
      case 'help':
        host.stdout.write(HELP);
        break;
      case 'version':
        host.stdout.write(`${VERSION}\n`);
        break;
      case 'serve':
        await serve(line.demo, host);
        break;
      default: {
        const { runCommand } = await import('./cli/run-command.ts');
        await runToEnd(host, (terminal) => runCommand(line, terminal));
      }
    }
  } catch (error) {
    host.exitCode = sayUsage(error, host);
  }
}

/** Gives the exit code. @throws what is no ConfigError. */
function sayUsage(error: unknown, host: Host): number {
  if (!(error instanceof ConfigError)) throw error;
  host.stderr.write(`${NAME}: ${error.message}\n`);
  return EXIT.usage;
}

function terminalOf(host: Host): Terminal {
  return {
    env: host.env,
    platform: host.platform,
    nodeVersion: host.version,
    stdin: () => host.stdin,
    write: (text) => host.stdout.write(text),
    writeError: (text) => host.stderr.write(text),
  };
}

/** Runs one of the other commands. SIGINT and SIGTERM end it at once, as Node does by itself. */
async function runToEnd(host: Host, command: (terminal: Terminal) => Promise<number>): Promise<void> {
  const end = (code: number) => {
    // What a pipe has not taken yet is still wanted; sockets that are left are not.
    host.stderr.write('', () => host.stdout.write('', () => host.exit(code || host.exitCode)));
  };
  host.on('uncaughtException', (error) => {
    host.stderr.write(`${NAME}: ended by an uncaught ${error instanceof Error ? error.name : 'error'}\n`);
    end(1);
  });
  try {
    end(await command(terminalOf(host)));
  } catch (error) {
    // Not left to Node, which would wait for the rest of stdin.
    end(sayUsage(error, host));
  }
}
