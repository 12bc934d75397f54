/** Credentials before the host of a URL: `user:password@host`, or a token alone. */
import { looksRandom, secretPart } from './values.ts';
import { allMatches, type Span } from './view.ts';

/** `user:password@host:port` or `/` without a scheme, as curl, git and proxies accept it. */
const BARE_PAIR =
  /(?<![\w.@:/$}{%+-])([A-Za-z][\w.+-]{0,60}):((?:[^\s:@/"'\\<>()[\]{},;=]|<redacted>){2,200})@(?=\([\w.:-]{1,100}\)\/|(?!sha256)[A-Za-z0-9])[\w.-]{0,101}(?=:\d{2,5}\b|\/|\([^()\s]{1,100}\)\/|(?<=@localhost|@\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?![\w.-]))/g;
const NOT_A_USER =
  /^(?:npm|mailto|maintainer|email|e-mail|author|contact|file|git|github|workspace|pkg|image|from|link|portal|jsr)$/i;

/** What no user info, host or path can hold; a command in place of a user or a password may hold blanks. */
const AUTHORITY = /(?:\$\([^)]{0,300}\)(?=[@:])|<redacted>|(?!:\/\/|\$\()[^\s"'`|\\<>])*/y;

/** Spans of the credentials in the URLs of `text`. */
export function findUrlCredentials(text: string): Span[] {
  const spans: Span[] = [];
  const push = (secret: string, at: number) => {
    const part = secretPart(secret);
    if (part) spans.push({ start: at + part.start, end: at + part.end });
  };
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', AUTHORITY.lastIndex)) {
    AUTHORITY.lastIndex = at + 3;
    const run = AUTHORITY.exec(text)?.[0] ?? '';
    const info = run.slice(0, Math.max(0, endOfUserInfo(run)));
    // The colon in `${X:-y}` is not the one behind the user.
    const user = /^(?:\{[^}]{0,100}\}|\([^)]{0,300}\)|[^:])*/.exec(info)?.[0] ?? '';
    const password = info.slice(user.length + 1);
    const isAlone = /^(?:x-oauth-basic|x-token-auth|x|)$/.test(password);
    if (!isAlone) push(password, at + 3 + user.length + 1);
    const isMarked = isAlone && user.length < info.length && user.length > 5 && !/^[a-z]+$/.test(user);
    if (isMarked || looksLikeToken(user)) push(user, at + 3);
  }
  if (text.includes('@')) {
    for (const { 1: user = '', 2: secret = '', index } of allMatches(text, BARE_PAIR))
      if (!NOT_A_USER.test(user)) push(secret, index + user.length + 1);
  }
  return spans;
}

/** The `@` that ends the user info: the last one before the path, or a later one when the password holds a `/`. */
function endOfUserInfo(run: string): number {
  const authority = /^[^/?#]*/.exec(run)?.[0] ?? '';
  const inside = authority.lastIndexOf('@');
  if (authority === run) return inside;
  // `user:p@ss/word@host`: what follows the first `@` is no host, and a later one is not npm's `/@scope`
  const isHost = inside < 0 ? /^[^:]*(?::\d{0,5})?$/ : /[.:]|^localhost$/;
  if (isHost.test(authority.slice(inside + 1))) return inside;
  const later = run.slice(inside + 1, 2000).search(/(?<![/?&=])@[\w.-]+(?:[:/?]|$)/);
  return later < 0 ? inside : inside + 1 + later;
}

function looksLikeToken(user: string): boolean {
  if (user.length < 12 || /^[$%{<]|%40|\.iam\./.test(user)) return false;
  return user.length >= 20 ? !/^[a-z]+(?:[-_.][a-z]+){0,4}$/.test(user) : looksRandom(user);
}
