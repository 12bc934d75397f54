/** What the person typed behind the program's name. Flags may stand anywhere. Pure. */
import { ConfigError } from './errors.ts';
import { KNOWN_LEVELS, type KnownLevel } from './tcss/vocabulary.ts';

/** One command with its operands and flags. */
export type CommandLine =
  | { readonly command: 'serve'; readonly demo: boolean }
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | LazyCommand;

/** A command whose code is loaded only when it is asked for. */
export type LazyCommand =
  | CallCommand
  | { readonly command: 'doctor'; readonly demo: boolean; readonly json: boolean }
  | { readonly command: 'config'; readonly demo: boolean; readonly client: string | undefined };

/** One tool call. Tool and arguments are as typed: not looked at yet. */
export interface CallCommand {
  readonly command: 'call';
  readonly demo: boolean;
  /** Print structuredContent in place of the text. */
  readonly json: boolean;
  /** The lowest level whose findings fail a pipeline. */
  readonly failOn: KnownLevel | undefined;
  readonly tool: string | undefined;
  /** JSON, or `-` for stdin; undefined is a call without arguments. */
  readonly args: string | undefined;
}

interface Flags {
  readonly demo: boolean;
  readonly json: boolean;
  readonly failOn: KnownLevel | undefined;
}

/** What each command takes beside `--help` and `--version`: flags, and at most so many operands. */
const COMMANDS = {
  serve: { flags: ['--demo'], operands: 0 },
  call: { flags: ['--demo', '--json', '--fail-on'], operands: 2 },
  doctor: { flags: ['--demo', '--json'], operands: 0 },
  config: { flags: ['--demo'], operands: 1 },
} as const;

const FLAGS: readonly string[] = ['--demo', '--json', '--help', '--version'];

/** Other spellings of flags; as the first word, `help` and `version` are such spellings too. */
const SPELLINGS: ReadonlyMap<string | undefined, string> = new Map([
  ['-h', '--help'],
  ['-v', '--version'],
]);

/** The flag with a value, which is its next word or stands behind `=`. */
const FAIL_ON = '--fail-on';

/** Reads the words; none at all is `serve`. @throws {ConfigError} on what cannot be meant: one line, no value. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { operands, given, failOn } = sort(argv);
  const [name, ...rest] = operands;
  if (given.has('--help') || name === 'help') return { command: 'help' };
  if (given.has('--version') || name === 'version') return { command: 'version' };
  const command = name === undefined ? 'serve' : commandNamed(name);
  const takes = COMMANDS[command];
  const tooMuch = [...given].find((flag) => !(takes.flags as readonly string[]).includes(flag));
  if (tooMuch !== undefined) throw new ConfigError(`${tooMuch} is no flag of ${command}: try --help`);
  if (rest.length > takes.operands) {
    const cure =
      command === 'call' ? 'put the JSON into quotes, or give it on stdin and - in its place' : 'try --help';
    throw new ConfigError(`${command} takes at most ${takes.operands} words, got ${rest.length}: ${cure}`);
  }
  return withOperands(command, rest, {
    demo: given.has('--demo'),
    json: given.has('--json'),
    failOn: given.has(FAIL_ON) ? levelNamed(failOn) : undefined,
  });
}

function withOperands(
  command: keyof typeof COMMANDS,
  [first, second]: readonly string[],
  { demo, json, failOn }: Flags,
): CommandLine {
  switch (command) {
    case 'serve':
      return { command, demo };
    case 'call':
      return { command, demo, json, failOn, tool: first, args: second };
    case 'doctor':
      return { command, demo, json };
    case 'config':
      return { command, demo, client: first };
    default:
      return command satisfies never;
  }
}

/** Tells flags from other words. A lone `-` is a word: it stands for stdin. */
function sort(argv: readonly string[]) {
  const operands: string[] = [];
  const given = new Set<string>();
  let failOn: string | undefined;
  for (let at = 0; at < argv.length; at += 1) {
    const word = SPELLINGS.get(argv[at]) ?? argv[at] ?? '';
    if (word === '-' || !word.startsWith('-')) operands.push(word);
    else if (FLAGS.includes(word)) given.add(word);
    else if (word === FAIL_ON || word.startsWith(`${FAIL_ON}=`)) {
      if (given.has(FAIL_ON)) {
        throw new ConfigError(`${FAIL_ON} stands there twice: give one level, the lowest that is to fail`);
      }
      given.add(FAIL_ON);
      at += word === FAIL_ON ? 1 : 0;
      failOn = word === FAIL_ON ? argv[at] : word.slice(FAIL_ON.length + 1);
    } else throw unknown(word);
  }
  return { operands, given, failOn };
}

function commandNamed(name: string): keyof typeof COMMANDS {
  // To serve has no name: it is what happens without one.
  if (name === 'serve' || !Object.hasOwn(COMMANDS, name)) throw unknown(name);
  return name as keyof typeof COMMANDS;
}

function levelNamed(text: string | undefined): KnownLevel {
  const level = KNOWN_LEVELS.find((one) => one === text);
  if (level === undefined) throw new ConfigError(`${FAIL_ON} needs one of ${KNOWN_LEVELS.join(', ')}`);
  return level;
}

/** Names a flag or a command; a value, or a word that may be one, is not repeated: it may be a secret. */
function unknown(word: string): ConfigError {
  const [, name, value] = /^(-{0,2}[a-z][a-z-]{0,29})(=.*)?$/s.exec(word) ?? [];
  const shown = name === undefined ? '' : ` ${name}${value === undefined ? '' : '=...'}`;
  return new ConfigError(`unknown argument${shown}: try --help`);
}
