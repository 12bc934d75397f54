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
      readonly site: Site;
      /** Of a team's deployment, as typed. */
      readonly url: string | undefined;
      readonly client: string | undefined;
    };

/** Where an account of Tencent Cloud is: international or mainland China. */
export const SITES = ['intl', 'cn'] as const;

/** One of them. */
export type Site = (typeof SITES)[number];

/** Reports on a whole list, as `--format` names them. */
export const REPORT_FORMATS = ['sarif', 'markdown', 'html'] as const;

/** One of them. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What `--format` takes: the text of one answer, its structuredContent, or a report. */
export const FORMATS = ['text', 'json', ...REPORT_FORMATS] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

/** One tool call, with tool and arguments as typed. */
export interface CallCommand {
  readonly command: 'call';
  readonly demo: boolean;
  readonly format: Format;
  /** The file that the format goes to; a short text then goes to stdout. */
  readonly output: string | undefined;
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
  format: { type: 'string' },
  output: { type: 'string' },
  site: { type: 'string' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** What each command takes besides `--help` and `--version`: which flags, and how many words. */
const COMMANDS: Readonly<Record<string, { readonly flags: readonly string[]; readonly words: number }>> = {
  serve: { flags: ['demo'], words: 0 },
  http: { flags: ['demo'], words: 0 },
  call: { flags: ['demo', 'json', 'fail-on', 'format', 'output'], words: 2 },
  doctor: { flags: ['demo', 'json'], words: 0 },
  config: { flags: ['demo', 'site', 'url'], words: 1 },
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
    const takesValue = isFlag(name) && FLAGS[name].type === 'string';
    if (!isFlag(name) || (value !== undefined && !takesValue)) throw unknown(argv[index]);
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
    const site = given.has('site') ? oneOf(SITES, 'site', given.get('site')) : 'intl';
    const url = given.has('url') ? (given.get('url') ?? '') : undefined;
    return { command, demo, site, url, client: first };
  }
  if (command !== 'call') return { command: 'serve', demo };
  const failOn = given.has('fail-on') ? oneOf(KNOWN_LEVELS, 'fail-on', given.get('fail-on')) : undefined;
  const output = given.get('output');
  if (given.has('output') && !output) throw new ConfigError('--output needs the name of a file');
  return { command, demo, format: formatIn(given), output, failOn, tool: first, args: second };
}

/** `--json` is short for `--format json`. */
function formatIn(given: ReadonlyMap<string, string | undefined>): Format {
  if (!given.has('format')) return given.has('json') ? 'json' : 'text';
  const format = oneOf(FORMATS, 'format', given.get('format'));
  if (given.has('json') && format !== 'json') {
    throw new ConfigError(`--json is short for --format json, and --format ${format} is given too`);
  }
  return format;
}

function oneOf<Word extends string>(words: readonly Word[], flag: string, text: string | undefined): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new ConfigError(`--${flag} needs one of ${words.join(', ')}`);
  return word;
}

function isFlag(name: string): name is keyof typeof FLAGS {
  return Object.hasOwn(FLAGS, name);
}

/** Names a flag or a command, but never a value or a word that may be one, since it may be a secret. */
function unknown(word = ''): ConfigError {
  const [, name, value] = /^(-{0,2}[a-z][a-z-]{0,29})(=.*)?$/s.exec(word) ?? [];
  const shown = name === undefined ? '' : ` ${name}${value === undefined ? '' : '=...'}`;
  return new ConfigError(`unknown argument${shown}: try --help`);
}
