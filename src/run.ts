/** Runs the command that was typed, and sets the exit code. */

import { parseCommandLine } from './command-line.ts';
import { ConfigError } from './errors.ts';
import { EXIT, type Host, type Terminal } from './host.ts';
import { serve } from './serve.ts';
import { NAME, VERSION } from './version.ts';

const HELP = `${NAME} ${VERSION}: MCP server for the risks of container images (Tencent Cloud TCSS)

Usage: ${NAME} [COMMAND] [FLAGS]

Commands:
  (none)                   serve MCP on stdin and stdout: add it to the settings of an MCP client
  http                     serve MCP over HTTP, for a team: docs/http.md
  call TOOL [JSON]         one tool call: the answer on stdout, an error on stderr; - reads JSON from stdin
  doctor                   check credentials, network, permissions, scans; fit for a bug report
  config CLIENT            print the settings for an MCP client

Flags, anywhere:
  --demo                   answer from an embedded simulated TCSS with made-up data; no credentials, no network
  --json                   with call: print structuredContent; with doctor: print the checks as JSON
  --format FORMAT          with call: text, json, or a report on the whole list as sarif, markdown or html
  --output FILE            with call: write that to FILE, and a short text to stdout
  --site cn                with config: settings for an account of the mainland site
  --url URL                with config: settings for a deployment of your team there
  --fail-on LEVEL          with call: exit 3 when a finding is at or above critical, high, medium or low
  --help                   print this
  --version                print the version

Exit codes: 0 done; 1 a tool error, a failed check, an incomplete report, or findings that --fail-on
cannot judge; 2 wrong usage or settings; 3 findings at or above LEVEL.

Environment: TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, TENCENTCLOUD_TOKEN (temporary keys),
else the file of TENCENTCLOUD_PROFILE (~/.tccli/<profile or default>.credential), else ~/.tencentcloud/credentials;
TENCENTCLOUD_REGION, TCSS_ENDPOINT, TCSS_LANGUAGE, TCSS_TIMEOUT_MS, TCSS_MAX_BYTES, TCSS_RATE_LIMIT,
TCSS_TOOLS, TCSS_LOG_LEVEL, HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS. See the README.
`;

/** Runs what was typed. Returns once it serves or has set the exit code. */
export async function run(host: Host): Promise<void> {
  // Nobody reads the log: that does not matter.
  host.stderr.on('error', () => undefined);
  host.stdout.on('error', ({ code = 'no code' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    // A full disk, for one: whoever reads the output later must not take it for complete.
    host.stderr.write(`${NAME}: cannot write to stdout (${code})\n`);
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
      case 'http': {
        const { serveHttp } = await import('./http-server/serve-http.ts');
        await serveHttp(line.demo, host);
        break;
      }
      default: {
        const { runCommand } = await import('./cli/run-command.ts');
        await runToEnd(host, (terminal) => runCommand(line, terminal));
      }
    }
  } catch (error) {
    host.exitCode = reportUsage(error, host);
  }
}

/** Reports wrong usage and gives the exit code. @throws any error other than a ConfigError. */
function reportUsage(error: unknown, host: Host): number {
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
    // Back to the line's start, and away with what stands there.
    showProgress: host.stderr.isTTY ? (text) => host.stderr.write(`\r\x1b[K${text}`) : undefined,
  };
}

/** Runs one of the other commands. SIGINT and SIGTERM end it at once, which is Node's default. */
async function runToEnd(host: Host, command: (terminal: Terminal) => Promise<number>): Promise<void> {
  const end = (code: number) => {
    // Waits for output that a pipe has not taken yet, but not for open sockets.
    host.stderr.write('', () => host.stdout.write('', () => host.exit(code || host.exitCode)));
  };
  host.on('uncaughtException', (error) => {
    host.stderr.write(`${NAME}: ended by an uncaught ${error instanceof Error ? error.name : 'error'}\n`);
    end(1);
  });
  try {
    end(await command(terminalOf(host)));
  } catch (error) {
    // Node by itself would wait for the rest of stdin.
    end(reportUsage(error, host));
  }
}
