/** Runs the commands other than serving. Loaded only for these, so that a server starts without them. */
import type { LazyCommand } from '../command-line.ts';
import type { Terminal } from '../host.ts';
import { runCall } from './call.ts';
import { runConfigClient } from './config-client.ts';
import { runDoctor } from './doctor.ts';

/** Gives the exit code. @throws {ConfigError} on wrong usage or settings. */
export async function runCommand(line: LazyCommand, terminal: Terminal): Promise<number> {
  switch (line.command) {
    case 'call':
      return runCall(line, terminal);
    case 'doctor':
      return runDoctor(line, terminal);
    case 'config':
      return runConfigClient(line.client, { demo: line.demo, site: line.site, url: line.url, ...terminal });
    default:
      return line satisfies never;
  }
}
