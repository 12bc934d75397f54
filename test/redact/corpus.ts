// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's variables, not templates
/**
 * Made-up evidence with its secrets marked, and evidence that must stay as it is. The hand-written lines are in two text
 * files, because they are full of quotes: `⟦ ⟧` stands around a secret, `⏎` for a line break. The public-shapes files hold
 * made-up lines in the shapes of public test data and image histories, written before any rule was tried on them.
 */
import { readFileSync } from 'node:fs';

/** A line with everything in it that may not be shown. `kept`: the line as it should read, values out, all else in. */
export interface LeakingLine {
  line: string;
  secrets: string[];
  kept: string;
}

const SECRET = /⟦([^⟧]*)⟧/g;

function readLines(file: string): string[] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => line.replaceAll('⏎', '\n'));
}

function leaking(marked: string): LeakingLine {
  return {
    line: marked.replace(SECRET, '$1'),
    secrets: [...marked.matchAll(SECRET)].map((match) => match[1] ?? ''),
    kept: marked.replace(SECRET, '<redacted>'),
  };
}

const SECRET_NAMES = [
  'PASSWORD',
  'DB_PASSWD',
  'rootpasswd',
  'apiToken',
  'CLIENT_SECRET',
  'spring.redis.password',
  'admin-pwd',
  'API_KEY',
  'PASSPHRASE',
  'accessKeySecret',
];

const VALUES = ['2473', 'changeme', 'madeup-Value_01', 'bWFkZXVwOkZBS0U=', 'F4KE/x+y==', 'P@ss!FAKE'];

/** Layouts in which a name meets its value; `NAME` and `VALUE` are replaced. */
const LAYOUTS = [
  'ENV NAME=VALUE',
  '2024-05-06 10:49:58\n/bin/sh -c #(nop)  ENV LANG=C NAME=VALUE',
  'RUN |1 NAME=VALUE /bin/sh -c make # buildkit',
  'RUN echo "NAME=VALUE" >> /etc/app.conf',
  "RUN echo 'NAME: VALUE' >> /etc/app.yml",
  'CMD ["app","--NAME=VALUE","--port=80"]',
  'CMD ["app","--NAME","VALUE"]',
  'RUN app --NAME VALUE --port 80',
  'RUN printf "a=b\\nNAME=VALUE\\nc=d\\n" > x.ini',
  'ENV J={"a":1,"NAME":"VALUE","b":2}',
  'ENV J="{\\"a\\":1,\\"NAME\\":\\"VALUE\\",\\"b\\":2}"',
  "RUN export NAME='VALUE' && make",
];

/** Hand-written lines, then every layout with several names and values. */
export const LEAKING_LINES: LeakingLine[] = [
  ...readLines('./leaking-lines.txt'),
  ...LAYOUTS.flatMap((layout, row) =>
    SECRET_NAMES.map((name, column) => {
      const value = VALUES[(row + column) % VALUES.length] ?? '';
      return layout.replace('NAME', name).replace('VALUE', `⟦${value}⟧`);
    }),
  ),
].map(leaking);

const HARMLESS_NAMES = [
  'PASSWORD_FILE',
  'tokenTtl',
  'SECRET_NAME',
  'KEYBOARD',
  'AUTHOR',
  'GPG_KEY',
  'tokenizer',
];

const HARMLESS_LAYOUTS = [
  'ENV NAME=D696/4C5A',
  'RUN echo "NAME=90" >> /etc/app.conf',
  'CMD ["app","--NAME","/run/x"]',
  'ENV J={"a":1,"NAME":"app-name","b":2}',
];

const REFERENCES = [
  '$X',
  '${X}',
  '${X:-}',
  '$(cat /run/secrets/x)',
  '{{ x }}',
  '%X%',
  '<redacted>',
  '""',
  'true',
];

/** Lines without a secret, many of which speak about secrets. */
export const HARMLESS_LINES: string[] = distinct([
  ...readLines('./harmless-lines.txt'),
  ...HARMLESS_LAYOUTS.flatMap((layout) => HARMLESS_NAMES.map((name) => layout.replace('NAME', name))),
  ...REFERENCES.flatMap((reference) => [
    `ENV DB_PASSWORD=${reference}`,
    `RUN export API_TOKEN=${reference} && make`,
    `CMD app --password ${reference} --port 80`,
    `RUN echo 'secret: ${reference}' >> app.yml`,
  ]),
]);

/** Leaking lines that no rule was written for; `rest` is the line without its secrets. */
export const PUBLIC_SHAPES_LEAKING = readLines('./public-shapes-leaking.txt').map((marked) => ({
  ...leaking(marked),
  rest: marked.replace(SECRET, ''),
}));

/** Harmless lines that no rule was written for. */
export const PUBLIC_SHAPES_HARMLESS = readLines('./public-shapes-harmless.txt');

function distinct(lines: string[]): string[] {
  return [...new Set(lines)];
}
