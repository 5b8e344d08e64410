const ascii = /^[\0-\x7f]*$/

/**
 * The text in ASCII, with every character in its place: as it is, or with the quotation marks, dashes, ellipses, spaces
 * and emoji of a telephone's keyboard put plainly. Null when there are letters beyond ASCII in it. Underscores are
 * spaces: to the tokenizer they separate words, to `\b` they are part of them.
 */
export function toPlainText(text: string): string | null {
  const plain = ascii.test(text) ? text : simplify(text)
  if (plain === null || !plain.includes('_')) return plain
  return plain.replaceAll('_', ' ')
}

function simplify(text: string): string | null {
  const plain = text
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u00a0\u2010-\u2027]/g, ' ')
    .replace(/\ud83d[\udc00-\udfff]/g, '  ')
  return ascii.test(plain) ? plain : null
}
