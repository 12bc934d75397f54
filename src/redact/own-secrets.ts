/**
 * Takes the server's own credentials out of text, wherever they come back from: as they are, in
 * base64 at any alignment, percent-encoded, or escaped as in JSON, one inside the other too.
 */

/** Shortest run of a secret that counts as a leak, in UTF-16 units. */
const RUN = 8;

/** Letters of base64 that `RUN` bytes settle in full, wherever in a group of three they begin. */
const BASE64_RUN = 10;

/** Letters looked at in each step, and the step: any run has a piece of four that begins at a multiple of five. */
const PIECE = 4;
const STEP = 5;

/** Pieces are looked up by a hash of this many bits. */
const HASH_BITS = 16;

/** Encodings inside each other that are undone. */
const MAX_DEPTH = 2;

/** A cut can make new escapes of what is left, so a text is gone over again; hostile text not for ever. */
const MAX_PASSES = 4;

const MARK = '<redacted>';

/** For secrets that share letters with the usual mark, beside which that could make a new run. */
const FOREIGN_MARK = '\u2588';

/** From and to, in UTF-16 units of the text. */
type Span = readonly [number, number];

/** A run: where it stands in what it is of, which is a secret or what a secret settles in base64. */
interface Run {
  readonly source: string;
  readonly at: number;
  readonly length: number;
}

/** A text with escapes undone; `starts`: where each of its units began in the text, and where the last ended. */
interface Reading {
  readonly text: string;
  readonly starts: Uint32Array | undefined;
}

/** One escaped character: what it stands for, and how long its escape is. */
interface Escaped {
  readonly code: number;
  readonly length: number;
}

interface Escape {
  /** What a text must hold to be worth the work. */
  readonly some: RegExp;
  readonly first: string;
  readonly read: (text: string, at: number) => Escaped | undefined;
}

/** The ways to escape one character: percent signs, and backslashes as in JSON. */
const ESCAPES: readonly Escape[] = [
  {
    some: /%[2-7][\da-f]/i,
    first: '%',
    read: (text, at) => hexCode(text, at + 1, 3),
  },
  {
    some: /\\(?:u00[2-7]|[\\/"])/,
    first: '\\',
    read: (text, at) => {
      const next = text[at + 1];
      if (next === 'u') return text.startsWith('00', at + 2) ? hexCode(text, at + 4, 6) : undefined;
      return next === '\\' || next === '/' || next === '"'
        ? { code: next.charCodeAt(0), length: 2 }
        : undefined;
    },
  },
];

/**
 * Gives a function that replaces every run of 8 or more characters of any of `secrets`, which are
 * printable ASCII, by `<redacted>`, also where the run is encoded. Linear in the text's length.
 * `secrets` may grow: what is added to it counts from the next text on.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  let known = secrets.length;
  let scrub = scrubberOf(secrets);
  return (text) => {
    if (secrets.length !== known) {
      known = secrets.length;
      scrub = scrubberOf(secrets);
    }
    return scrub(text);
  };
}

function scrubberOf(secrets: readonly string[]): (text: string) => string {
  const plain = runsOf(secrets, RUN);
  if (plain.size === 0) return (text) => text;
  const base64 = runsOf(secrets.flatMap(base64Pieces), BASE64_RUN);
  const pieces = piecesOf([...plain.keys(), ...base64.keys()]);
  const mark = secrets.some((secret) => /[<>]|redacted/.test(secret)) ? FOREIGN_MARK : MARK;

  /** Where a run of either kind ends that begins at `start`, with all that follows of its source. */
  function runFrom(text: string, start: number): number | undefined {
    const found =
      plain.get(text.slice(start, start + RUN)) ?? base64.get(text.slice(start, start + BASE64_RUN));
    if (found === undefined) return undefined;
    let end = start + found.length;
    for (let next = found.at + found.length; next < found.source.length && end < text.length; next += 1) {
      if (text.charCodeAt(end) !== found.source.charCodeAt(next)) break;
      end += 1;
    }
    return end;
  }

  /** The first run that begins at `from` or after it and holds the piece at `at`; runs that overlap are one. */
  function runAround(text: string, at: number, from: number): Span | undefined {
    for (let start = Math.max(from, at + PIECE - BASE64_RUN); start <= at; start += 1) {
      let end = runFrom(text, start);
      if (end === undefined) continue;
      for (let further: number | undefined = end; further !== undefined; ) {
        end = further;
        further = runFrom(text, end - RUN + 1);
      }
      return [start, end];
    }
    return undefined;
  }

  function runsIn(text: string): Span[] {
    const spans: Span[] = [];
    let from = 0;
    for (let at = 0; at + PIECE <= text.length; at += STEP) {
      if (at + PIECE <= from || pieces[hashAt(text, at)] === 0) continue;
      const span = runAround(text, at, from);
      if (span === undefined) continue;
      spans.push(span);
      from = span[1];
    }
    return spans;
  }

  function scrubOnce(text: string): string {
    const spans = readings({ text, starts: undefined }, MAX_DEPTH).flatMap(({ text: read, starts }) =>
      runsIn(read).map(([from, to]): Span => [starts?.[from] ?? from, starts?.[to] ?? to]),
    );
    spans.sort(([a], [b]) => a - b);
    let scrubbed = '';
    let kept = 0;
    for (const [from, to] of spans) {
      // Beside the one before it belongs to another run; inside it, or over its end, to the same.
      if (from >= kept) scrubbed += text.slice(kept, from) + mark;
      kept = Math.max(kept, to);
    }
    return scrubbed + text.slice(kept);
  }

  return (text) => {
    let scrubbed = text;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const before = scrubbed;
      scrubbed = scrubOnce(before);
      if (scrubbed === before) break;
    }
    return scrubbed;
  };
}

/** The text as it is, and with each escape undone that it has, up to `depth` one inside the other. */
function readings(reading: Reading, depth: number): Reading[] {
  if (depth === 0) return [reading];
  return [
    reading,
    ...ESCAPES.filter(({ some }) => some.test(reading.text)).flatMap((kind) =>
      readings(unescaped(reading, kind), depth - 1),
    ),
  ];
}

function unescaped({ text, starts }: Reading, { first, read }: Escape): Reading {
  const units = new Uint16Array(text.length);
  const unitStarts = new Uint32Array(text.length + 1);
  const firstCode = first.charCodeAt(0);
  let count = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const found = code === firstCode ? read(text, at) : undefined;
    units[count] = found?.code ?? code;
    unitStarts[count++] = starts?.[at] ?? at;
    at += found?.length ?? 1;
  }
  unitStarts[count] = starts?.[text.length] ?? text.length;
  return {
    text: Buffer.from(units.buffer, 0, 2 * count).toString('utf16le'),
    starts: unitStarts.subarray(0, count + 1),
  };
}

/** The ASCII character whose code stands at `at` in two hexadecimal digits; `length` is its escape's. */
function hexCode(text: string, at: number, length: number): Escaped | undefined {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || high > 7 || low < 0 ? undefined : { code: 16 * high + low, length };
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Every run of `length` in the sources, by its letters. */
function runsOf(sources: readonly string[], length: number): ReadonlyMap<string, Run> {
  const runs = new Map<string, Run>();
  for (const source of sources) {
    for (let at = 0; at + length <= source.length; at += 1) {
      runs.set(source.slice(at, at + length), { source, at, length });
    }
  }
  return runs;
}

/** The letters that the secret alone settles, in base64 and base64url, for each place in a group of three bytes. */
function base64Pieces(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bits = 8 * (before + secret.length);
    const encoded = Buffer.from(`${'\0'.repeat(before)}${secret}`, 'latin1').toString('base64');
    const settled = encoded.slice(Math.ceil((8 * before) / 6), Math.floor(bits / 6));
    return [settled, settled.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function piecesOf(runs: readonly string[]): Uint8Array {
  const known = new Uint8Array(1 << HASH_BITS);
  for (const run of runs) {
    for (let at = 0; at + PIECE <= run.length; at += 1) known[hashAt(run, at)] = 1;
  }
  return known;
}

function hashAt(text: string, at: number): number {
  const piece =
    text.charCodeAt(at) ^
    (text.charCodeAt(at + 1) << 8) ^
    (text.charCodeAt(at + 2) << 16) ^
    (text.charCodeAt(at + 3) << 24);
  return Math.imul(piece, 0x9e3779b1) >>> (32 - HASH_BITS);
}
