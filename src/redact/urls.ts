/** Credentials before the host of a URL: `user:password@host`, or a token alone. */

import { looksRandom, secretPart } from './values.ts';
import { allMatches, type Span } from './view.ts';

const PLAIN_SECOND = /^(?:x-oauth-basic|x-token-auth|x|)$/;

/** `user:password@host:port` or `/` without a scheme, as curl, git and proxies accept it. */
const BARE_PAIR =
  /(?<![\w.@:/$}{%+-])[A-Za-z][\w.+-]{0,60}:((?:[^\s:@/"'\\<>()[\]{},;=]|<redacted>){2,200})@(?!sha256)[A-Za-z0-9][\w.-]{1,100}(?=:\d{2,5}\b|\/|\([^()\s]{1,100}\)\/|(?<=@localhost|@\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?![\w.-]))/g;
const NOT_A_USER =
  /^(?:npm|mailto|maintainer|email|e-mail|author|contact|file|git|github|workspace|pkg|image|from|link|portal|jsr)$/i;

/** Spans of the credentials in the URLs of `text`. */
export function findUrlCredentials(text: string): Span[] {
  const spans: Span[] = [];
  let at = text.indexOf('://');
  while (at >= 0) {
    const from = at + 3;
    const end = authorityEnd(text, from);
    userInfo(text, from, end, spans);
    at = text.indexOf('://', Math.max(from, end - 3));
  }
  if (text.includes('@')) {
    for (const match of allMatches(text, BARE_PAIR)) {
      const user = match[0].slice(0, match[0].indexOf(':'));
      const secret = match[1] ?? '';
      if (NOT_A_USER.test(user)) continue;
      pushPart(spans, secret, match.index + user.length + 1);
    }
  }
  return spans;
}

function pushPart(spans: Span[], secret: string, start: number): void {
  const part = secretPart(secret);
  if (part) spans.push({ start: start + part.start, end: start + part.end });
}

/** First character that no user info, host or path can hold. */
function authorityEnd(text: string, from: number): number {
  const stop = /[\s"'`|\\]|<(?!redacted>)|(?<!<redacted)>|:\/\/|\$\(/g;
  stop.lastIndex = from;
  const found = stop.exec(text);
  if (!found) return text.length;
  if (found[0] === '$(') {
    // A command in place of a user or a password may hold blanks.
    const close = text.slice(from, from + 300).indexOf(')', found.index - from);
    if (close >= 0 && /[@:]/.test(text[from + close + 1] ?? '')) {
      stop.lastIndex = from + close + 1;
      return stop.exec(text)?.index ?? text.length;
    }
  }
  return found.index;
}

function userInfo(text: string, from: number, end: number, spans: Span[]): void {
  const run = text.slice(from, end);
  const at = lastAt(run);
  if (at < 0) return;
  const info = run.slice(0, at);
  const colon = colonOf(info);
  const user = colon < 0 ? info : info.slice(0, colon);
  const password = colon < 0 ? '' : info.slice(colon + 1);
  if (!PLAIN_SECOND.test(password)) {
    pushPart(spans, password, from + colon + 1);
    if (looksLikeToken(user)) pushPart(spans, user, from);
    return;
  }
  const marked = colon >= 0 && user.length > 5 && !/^[a-z]+$/.test(user);
  if (marked || looksLikeToken(user)) pushPart(spans, user, from);
}

/** The `@` that ends the user info: the last one before the path, or a later one when the password holds a `/`. */
function lastAt(run: string): number {
  const path = run.search(/[/?#]/);
  const authority = path < 0 ? run : run.slice(0, path);
  const inside = authority.lastIndexOf('@');
  if (path < 0) return inside;
  if (inside >= 0) {
    // `user:p@ss/word@host`: what follows the first `@` is no host, and a later one is not npm's `/@scope`
    if (/[.:]|^localhost$/.test(authority.slice(inside + 1))) return inside;
    const later = run.slice(0, 2000).search(/(?<![/?&=])@[\w-]+(?:\.[\w-]{1,60}){1,8}(?::\d|\/|$)/);
    return Math.max(later, inside);
  }
  const colon = authority.indexOf(':');
  if (colon < 0 || /^\d{1,5}$/.test(authority.slice(colon + 1)) || authority.slice(colon + 1) === '')
    return -1;
  const late = run.slice(0, 2000).search(/@[\w.-]+(?::\d|\/|$|\?)/);
  return late;
}

/** The colon between user and password; one inside `${X:-y}` is not it. */
function colonOf(info: string): number {
  let depth = 0;
  for (let i = 0; i < info.length; i++) {
    const c = info[i];
    if (c === '{' || c === '(') depth++;
    else if ((c === '}' || c === ')') && depth > 0) depth--;
    else if (c === ':' && depth === 0) return i;
  }
  return -1;
}

function looksLikeToken(user: string): boolean {
  if (user.length < 12 || /^[$%{<]/.test(user) || /%40|\.iam\./.test(user)) return false;
  return user.length >= 20 ? !/^[a-z]+(?:[-_.][a-z]+){0,4}$/.test(user) : looksRandom(user);
}
