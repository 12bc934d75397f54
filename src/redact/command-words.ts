/** What runs among the words of a command. */
import type { Word } from './lex.ts';

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
