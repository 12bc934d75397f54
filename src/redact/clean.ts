/**
 * Makes upstream text safe to stand in an answer: one line, nothing invisible, nothing that a
 * terminal, a Markdown view or a CI system's log would act on. Whoever built the image wrote it.
 */

/** CSI sequences, closed OSC and other strings, and lone escapes, with 7-bit or C1 introducers. */
const ESCAPE_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])(?:[^\u0007\u001b\u0090-\u009f\n]*(?:\u0007|\u001b\\|\u009c))?|\u001b[ -/]*[0-~]?/g;

/** Every spelling of a line's end. */
const BREAKS = /\r\n|[\v\f\r\u0085\u2028\u2029]/g;

/**
 * Characters without a width or with power over others: controls, format characters (bidi,
 * zero-width, soft hyphen, tags), variation selectors, fillers, private use, unassigned, lone surrogates.
 */
const INVISIBLE =
  /(?!\n)(?:\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}|\p{Cn}|\p{Variation_Selector}|\p{Default_Ignorable_Code_Point})/gu;

/** `[text](target)` and `![text](target)`; both parts end at the next bracket, so this is linear. */
const MARKDOWN_LINK = /!?\[([^[\]]*)\]\(([^()]*)\)/g;

/** HTML that a Markdown view may load or follow; the blank keeps it readable and harmless. */
const HTML_TAG = /<(?=[a-z/!?])(?!redacted>)/gi;

/**
 * What a CI system that reads its log takes for a command, wherever it stands: `##[` and `##vso[` of Azure
 * Pipelines, `##[` of GitHub Actions, `##teamcity[`. `::` of GitHub Actions counts at a line's start alone,
 * where only our own words stand.
 */
const CI_COMMAND = /##(?=\w*\[)/g;

/**
 * One line of visible characters, fit to be shown. `redact` runs once more on what can be seen,
 * since invisible characters and markup can hide a secret's name from the pass over the raw text,
 * and taking them out can join its parts.
 */
export function toDisplay(text: string, redact: (text: string) => string): string {
  const visible = text
    .replace(ESCAPE_SEQUENCES, '')
    .replace(BREAKS, '\n')
    .replaceAll('\t', ' ')
    .replace(INVISIBLE, '')
    .replace(MARKDOWN_LINK, '$1 ($2)')
    // What is left of links in links; a target must touch its bracket to count.
    .replaceAll('](', '] (');
  return redact(visible).replace(/\n+/g, ' ').replace(HTML_TAG, '< ').replace(CI_COMMAND, '# #').trim();
}
