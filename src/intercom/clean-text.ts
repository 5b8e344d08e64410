/**
 * What a reader never sees and a terminal or model might obey: control characters (newline and tab apart), the
 * marks that turn the direction of text around, zero-width fillers, and the invisible tag alphabet. The joiners
 * U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
 */
const invisible =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu
/** Half of a surrogate pair, which neither UTF-8 nor the store can hold. */
const loneSurrogate = /\p{Cs}/gu
const needsCare = /[^\u0020-\u007E\n]| {2}| $|^ |\n | \n|\n{3}|^\n|\n$/

/**
 * Text fit for storing and showing: well-formed, without control and invisible characters, plain spaces and
 * newlines only, no trailing spaces, at most one empty line in a row.
 */
export function cleanText(text: string): string {
  if (!needsCare.test(text)) return text
  return text
    .replace(/\r\n?|\u2028|\u2029|\u0085/g, '\n')
    .replace(/[\t\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/g, ' ')
    .replace(invisible, '')
    .replace(loneSurrogate, '\uFFFD')
    .replace(/(?<=[^\s]) {2,}(?=\S)/g, ' ')
    .replace(/ +(?=\n|$)/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** The same on one line, for names, titles and labels. Nothing left is null. */
export function cleanLine(text: string | null): string | null {
  if (text === null) return null
  const line = cleanText(text).replace(/\s+/g, ' ')
  return line === '' ? null : line
}
