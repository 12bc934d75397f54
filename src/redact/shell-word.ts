/** Words of a shell command, whatever quotes they stand in. */
import type { Span } from './spans.ts';

/** A shell word: where it stands with its quotes, and what is inside them. */
export interface Word extends Span {
  text: string;
  /** Where `text` begins. */
  inner: number;
  quoted: boolean;
  /** Kept by `baseName`. */
  base?: string;
}

/** Words before the command proper. */
const BEFORE_COMMAND =
  /^(?:sudo|doas|exec|env|nohup|time|nice|busybox|command|then|do|else|if|while|until|!|:|#|#\(nop\)|RUN|CMD|CMD-SHELL|ENTRYPOINT|HEALTHCHECK|ONBUILD|SHELL|eval|-\w+|\/[A-Za-z]|[A-Za-z_]\w*=.*|\|\d+|(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z|k)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh|root|--\S*)$/s;

/** The command a word would be: without its path; '' for what is too long or holds blanks. */
export function baseName(word: Word | undefined): string {
  if (!word) return '';
  if (word.base === undefined) {
    const { text } = word;
    let base = '';
    if (text.length <= 80 && /^[\w./+-]+$/.test(text)) {
      base = text.slice(text.lastIndexOf('/') + 1);
      if (base.endsWith('.exe')) base = base.slice(0, -4);
    }
    word.base = base;
  }
  return word.base;
}

/** Index of the word that is the command, behind `sudo`, `RUN`, `A=b` and the like. */
export function commandIndex(words: Word[]): number {
  let i = 0;
  while (i + 1 < words.length && BEFORE_COMMAND.test((words[i] as Word).text)) i++;
  return i;
}

/** `--user mysql`: a word that names a user, a host or a file, not a command. */
export function namedByFlag(words: Word[], at: number): boolean {
  return /^(?:-[uUhdngGtfDN]|--(?:user|name|group|host|database|network|container))$/.test(
    words[at - 1]?.text ?? '',
  );
}

/** The span from `from` to `to` inside a word, without line breaks written out at its end. */
export function spanWithin(word: Word, from: number, to: number): Span {
  const breaks = /(?:\\{1,2}[nrt]){0,4}$/.exec(word.text.slice(Math.max(from, to - 12), to))?.[0].length ?? 0;
  return { start: word.inner + from, end: word.inner + Math.max(from + 1, to - breaks) };
}
