/** One word or quoted phrase of a query, with the operators that stand around it already applied. */
export interface QueryItem {
  /** As written, without quotes, leading dash and trailing asterisk. */
  text: string
  quoted: boolean
  negated: boolean
  prefix: boolean
  /** Stands behind an `OR`: an alternative to the item before it. */
  joinsPrevious: boolean
  /** Stands on either side of an `OR`. */
  alternative: boolean
}

const quotes = '"“”„‟«»＂'

/**
 * A quoted phrase (with its dash), a run without white space, or one left-over character. A quote behind a digit
 * opens nothing: it is the sign for inches.
 */
const pieces = new RegExp(
  `(?<dash>(?<![^\\s(])[-−])?(?<!\\d)[${quotes}](?<quoted>[^${quotes}]*)[${quotes}]|(?<word>[^\\s${quotes}]+)|.`,
  'gsu',
)

/** Punctuation that ends a word even without a space; a comma between digits belongs to the number. */
const separators = /[;!?()[\]{}<>|、。，；！？：（）「」『』【】…]+|,(?!\d)|(?<!\d),/u

const looksLikeAddress = /:\/\/|^www\.|@/i

/** Cuts a query into its items, in order. Never fails; what is not an operator in its place is a word. */
export function lexQuery(text: string): QueryItem[] {
  const items: QueryItem[] = []
  // In a shouted sentence NOT is a word ("DO NOT CHARGE ME").
  const operators = new Set(/\p{Ll}/u.test(text) ? ['NOT', 'AND'] : ['AND'])
  let or = false
  let not = false
  const add = (item: Pick<QueryItem, 'text' | 'quoted' | 'negated' | 'prefix'>) => {
    const previous = items.at(-1)
    const negated = item.negated || not
    const joinsPrevious = or && !negated && previous !== undefined && !previous.negated
    if (joinsPrevious) previous.alternative = true
    items.push({ ...item, negated, joinsPrevious, alternative: joinsPrevious })
    or = false
    not = false
  }

  for (const match of text.matchAll(pieces)) {
    const { quoted, word } = match.groups ?? {}
    if (quoted !== undefined) {
      add({ text: quoted, quoted: true, negated: match.groups?.dash !== undefined, prefix: false })
    } else if (word === 'OR' || word === '|' || word === '||') or = true
    else if (word && operators.has(word)) not = word === 'NOT'
    else if (word) for (const item of readWord(word, startsItem(text, match.index))) add(item)
  }
  return items
}

function readWord(
  word: string,
  atStart: boolean,
): Pick<QueryItem, 'text' | 'quoted' | 'negated' | 'prefix'>[] {
  const bare = word.replace(/^\(+/, '')
  const negated = (atStart || bare !== word) && /^[-−][^-−]/u.test(bare)
  const rest = negated ? bare.slice(1) : bare
  const parts = looksLikeAddress.test(rest) ? [rest] : rest.split(separators)
  return parts
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .map((part) => {
      const prefix = /[\p{L}\p{N}\p{M}]\*+$/u.test(part)
      return { text: prefix ? part.replace(/\*+$/, '') : part, quoted: false, negated, prefix }
    })
}

function startsItem(text: string, index: number): boolean {
  return index === 0 || /\s/u.test(text[index - 1] ?? '')
}
