/** Parses what was typed after the program's name. Flags may stand anywhere. Pure. */
import { parseArgs } from 'node:util';
import { ConfigError } from './errors.ts';
import { KNOWN_LEVELS, type KnownLevel } from './tcss/vocabulary.ts';

/** One command with its operands and flags. */
export type CommandLine =
  | { readonly command: 'serve'; readonly demo: boolean }
  | { readonly command: 'http'; readonly demo: boolean }
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | LazyCommand;

/** A command whose code is loaded only when it is asked for. */
export type LazyCommand =
  | CallCommand
  | { readonly command: 'doctor'; readonly demo: boolean; readonly json: boolean }
  | {
      readonly command: 'config';
      readonly demo: boolean;
      /** Of a team's deployment, as typed. */
      readonly url: string | undefined;
      readonly client: string | undefined;
    };

/** One tool call, with tool and arguments as typed. */
export interface CallCommand {
  readonly command: 'call';
  readonly demo: boolean;
  /** Print structuredContent instead of the text. */
  readonly json: boolean;
  /** The lowest level whose findings make a pipeline fail. */
  readonly failOn: KnownLevel | undefined;
  readonly tool: string | undefined;
  /** JSON, or `-` for stdin; undefined for a call without arguments. */
  readonly args: string | undefined;
}

const FLAGS = {
  demo: { type: 'boolean' },
  json: { type: 'boolean' },
  'fail-on': { type: 'string' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** What each command takes besides `--help` and `--version`: which flags, and how many words. */
const COMMANDS: Readonly<Record<string, { readonly flags: readonly string[]; readonly words: number }>> = {
  serve: { flags: ['demo'], words: 0 },
  http: { flags: ['demo'], words: 0 },
  call: { flags: ['demo', 'json', 'fail-on'], words: 2 },
  doctor: { flags: ['demo', 'json'], words: 0 },
  config: { flags: ['demo', 'url'], words: 1 },
};

/** Parses the words; none at all means `serve`. @throws {ConfigError} on wrong usage: one line without any value. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: FLAGS,
    allowPositionals: true,
    // Strict, it would throw messages that repeat what was typed.
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string | undefined>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, value, index } = token;
    const takesValue = name === 'fail-on' || name === 'url';
    if (!Object.hasOwn(FLAGS, name) || (value !== undefined && !takesValue)) throw unknown(argv[index]);
    if (takesValue && given.has(name)) {
      const fix = name === 'fail-on' ? ': give one level, the lowest that should fail' : '';
      throw new ConfigError(`--${name} is given twice${fix}`);
    }
    given.set(name, value);
  }
  const [command = 'serve', ...words] = positionals;
  if (given.has('help') || command === 'help') return { command: 'help' };
  if (given.has('version') || command === 'version') return { command: 'version' };

  const takes = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  // Serving is what happens without a command, and has no name.
  if (takes === undefined || positionals[0] === 'serve') throw unknown(command);
  const misplaced = [...given.keys()].find((flag) => !takes.flags.includes(flag));
  if (misplaced !== undefined) throw new ConfigError(`${command} takes no --${misplaced}: try --help`);
  if (words.length > takes.words) {
    const fix = command === 'call' ? 'put the JSON in quotes, or pass - and give it on stdin' : 'try --help';
    throw new ConfigError(`${command} takes at most ${takes.words} words, got ${words.length}: ${fix}`);
  }
  const [demo, json] = [given.has('demo'), given.has('json')];
  const [first, second] = words;
  if (command === 'http') return { command, demo };
  if (command === 'doctor') return { command, demo, json };
  if (command === 'config') {
    return { command, demo, url: given.has('url') ? (given.get('url') ?? '') : undefined, client: first };
  }
  if (command !== 'call') return { command: 'serve', demo };
  const failOn = given.has('fail-on') ? levelNamed(given.get('fail-on')) : undefined;
  return { command, demo, json, failOn, tool: first, args: second };
}

function levelNamed(text: string | undefined): KnownLevel {
  const level = KNOWN_LEVELS.find((one) => one === text);
  if (level === undefined) throw new ConfigError(`--fail-on needs one of ${KNOWN_LEVELS.join(', ')}`);
  return level;
}

/** Names a flag or a command, but never a value or a word that may be one, since it may be a secret. */
function unknown(word = ''): ConfigError {
  const [, name, value] = /^(-{0,2}[a-z][a-z-]{0,29})(=.*)?$/s.exec(word) ?? [];
  const shown = name === undefined ? '' : ` ${name}${value === undefined ? '' : '=...'}`;
  return new ConfigError(`unknown argument${shown}: try --help`);
}
