/** Tells a value from the rest of a sentence: "the password is x", "the password is stored in the vault". */

/** Words that a sentence goes on with; participles and adjectives are known by their endings. */
const PROSE = new Set(
  (
    'not no a an the this that in on at from for of to too only now also always never already still just then being been ' +
    'as by with without via and or but if when where what which whose same set unset read kept sent taken given hidden ' +
    'shown known put left lost one two here there it its your my our their his her yours mine needed wrong correct valid ' +
    'invalid weak strong short long safe secure public private plain text clear empty blank missing default random secret ' +
    'fine ok okay good bad out up gone old new stale stored built kept held made mandatory unique mounted passed yes up ' +
    'sensitive case user admin root env environment stdin file must may can should will fetched any all none nothing ' +
    'variable variables var vars before after during instead into onto holds contains needs is are were has have had does do did stays goes comes gets ' +
    'password pass name group required something there longer shorter at least more less than expected sha md base64 hex hash length kept'
  ).split(' '),
);
const PROSE_ENDING =
  /(?:ed|en|ing|able|ible|ive|ally|ly|ful|less|ous|ory|ary|ent|ant|tial|cient|ter|bytes?|chars?|characters?)$/;
const ALGORITHM =
  /^(?:sha|md|rsa|aes|hmac|bcrypt|argon|scrypt|pbkdf|scram|base|utf|rs|hs|es|ed|ecdsa|oauth|v|tls|x)-?\d[\w-]*$/i;
const NO_VALUE =
  /^(?:[/~.$<({[%*]|https?:|[A-Za-z]:\\|--?\w)|\/.*\/|=|\.(?:json|ya?ml|txt|conf|env|md|py|js|sh)$/;
const UNIT =
  /^[ \t]{1,3}(?:bytes?|chars?|characters?|bits?|digits?|days?|hours?|minutes?|seconds?|long|symbols|个|位)/i;

/** "requirepass should be set", "set password to the value of" */
export function isProse(word: string): boolean {
  return PROSE.has(word);
}

/**
 * Whether a word that prose announces as a secret is one. `any`: a word of letters may be it; `mixed`: only what no
 * dictionary holds. `after` is what follows it: "8 characters" is no password.
 */
export function isWordOfSecret(word: string, after: string, what: 'any' | 'mixed', quoted: boolean): boolean {
  if (word.length < 3 || NO_VALUE.test(word) || ALGORITHM.test(word)) return false;
  if (/^\d+$/.test(word)) return what === 'any' && word.length >= 4 && !UNIT.test(after);
  if (/^[\d.:-]+$/.test(word)) return false;
  const mixed =
    (/\d/.test(word) && /[A-Za-z]/.test(word)) ||
    /[!@#$%^&*?~]/.test(word) ||
    /[a-z][A-Z]{2}|[A-Z]{2}[a-z]/.test(word);
  if (mixed || what === 'mixed') return mixed;
  const lower = word.toLowerCase();
  return quoted || !(PROSE.has(lower) || PROSE_ENDING.test(lower) || /['()=/]/.test(lower));
}
