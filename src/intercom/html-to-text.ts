import { compile } from 'html-to-text'
import { cleanText } from './clean-text'

/**
 * The readable text of a message body: paragraphs and lists on lines of their own, links as "label (address)",
 * images as [image], everything else that is markup gone. An empty body is null.
 *
 * Nearly all bodies are a few plain paragraphs; for those a short path does what the HTML parser would in a third of
 * the time (5 µs against 11 to 27 for two paragraphs).
 */
export function htmlToText(html: string | null): string | null {
  if (html === null || html === '') return null
  const body = html.slice(0, longestBody)
  const text = cleanText(convertSimple(body) ?? (hasTooManyTags(body) ? stripTags(body) : convertAny(body)))
  return text === '' ? null : text
}

const anyTag = /<[a-z/!?]/i
/** What most of a chat is: one paragraph, its words one space apart. */
const oneLine = /^<p>([^<>\s]+(?: [^<>\s]+)*)<\/p>$/
/** The pattern remembers every word it has passed. */
const longestLine = 5_000
const plainLink = /<a(\s[^<>]*)>([^<]*)<\/a>/gi
const hrefAttribute = /\shref=(?:"([^"]*)"|'([^']*)')/i
const inlineTag = /<\/?(?:b|i|u|s|em|strong|span)(?:\s[^<>]*)?>/gi
const lineBreak = / *<br(?:\s[^<>]*)?\/?> */gi
/** With neighbouring ones and the space between them, so that empty paragraphs leave no gap. */
const paragraphEdges = /\s*(?:<\/?p(?:\s[^<>]*)?>\s*)+/gi
const entity = /&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});/gi

const namedEntities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00A0',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  pound: '£',
}

/** Plain text, and paragraphs of text, breaks and plain links. Null for what it does not understand in full. */
function convertSimple(html: string): string | null {
  if (!anyTag.test(html)) return decodeEntities(html)
  const line = html.length <= longestLine ? oneLine.exec(html)?.[1] : undefined
  if (line !== undefined) return decodeEntities(line)
  const marked = html
    .replace(/\s+/g, ' ')
    .replace(plainLink, (_, attributes: string, label: string) => convertPlainLink(attributes, label))
    .replace(inlineTag, '')
    .replace(lineBreak, '\n')
    .replace(paragraphEdges, '\n\n')
  // Without the edges' empty lines most texts are clean already.
  return anyTag.test(marked) ? null : decodeEntities(marked.trim())
}

/** Entities are decoded later, once for the whole text. */
function convertPlainLink(attributes: string, label: string): string {
  const match = hrefAttribute.exec(attributes)
  return formatLink(label, match?.[1] ?? match?.[2] ?? '')
}

function formatLink(label: string, href: string): string {
  const address = href.trim()
  const text = label.trim()
  if (!/^(?:https?:|mailto:|tel:)/i.test(address)) return label
  const bare = address.replace(/^(?:mailto:|tel:)/i, '')
  if (text === '') return bare
  return sameAddress(text, bare) ? label : `${label.trimEnd()} (${bare})`
}

/** A label that shows its own address, perhaps without scheme or last slash, need not say it twice. */
function sameAddress(label: string, address: string): boolean {
  const bare = (text: string) => text.replace(/^https?:\/\//i, '').replace(/\/$/, '')
  return bare(label) === bare(address)
}

/** Null when an entity is not among the usual ones: the parser knows them all. */
function decodeEntities(text: string): string | null {
  if (!text.includes('&')) return text
  let understood = true
  const decoded = text.replace(entity, (whole, name: string) => {
    const character = name.startsWith('#') ? decodeNumber(name) : namedEntities[name]
    if (character !== undefined) return character
    understood = false
    return whole
  })
  return understood ? decoded : null
}

function decodeNumber(name: string): string | undefined {
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  const ordinary = (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code < 0xd800)
  return ordinary || (code >= 0xe000 && code <= 0x10ffff) ? String.fromCodePoint(code) : undefined
}

/** Longer than any body a person writes; keeps a hostile one from holding up everything else. */
const longestBody = 1_000_000
/** Newsletters have some thousands. The parser's time grows with the square of open tags: 50,000 take seconds. */
const mostTags = 10_000

function hasTooManyTags(html: string): boolean {
  let count = 0
  for (let at = html.indexOf('<'); at >= 0 && count <= mostTags; at = html.indexOf('<', at + 1)) count += 1
  return count > mostTags
}

/** What is left without the markup: coarse, but in linear time. */
function stripTags(html: string): string {
  const text = html.replace(/<\/?(?:br|p|div|li|tr|h[1-6])\b[^<>]*>/gi, '\n').replace(/<[^<>]*>/g, '')
  return decodeEntities(text) ?? text
}

let parser: ((html: string) => string) | null = null
/** Quoted e-mail threads nest; the parser's walk is recursive and must not run out of stack. */
const deepestNesting = 500

function convertAny(html: string): string {
  parser ??= compile({
    wordwrap: false,
    limits: { maxDepth: deepestNesting },
    formatters: {
      labelledLink: (element, walk, builder) => {
        const href: unknown = element.attribs?.href
        let label = ''
        builder.pushWordTransform((word: string) => {
          label += label === '' ? word : ` ${word}`
          return word
        })
        walk(element.children, builder)
        builder.popWordTransform()
        const whole = formatLink(label, typeof href === 'string' ? href : '')
        if (label === '' && whole !== '') builder.addInline(whole)
        else if (whole.length > label.length)
          builder.addInline(whole.slice(label.length), { noWordTransform: true })
      },
      imageMark: (_element, _walk, builder) => builder.addInline('[image]'),
    },
    selectors: [
      { selector: 'a', format: 'labelledLink' },
      { selector: 'img', format: 'imageMark' },
      { selector: 'script', format: 'skip' },
      { selector: 'style', format: 'skip' },
      { selector: 'title', format: 'skip' },
      { selector: 'ul', options: { itemPrefix: '- ' } },
      { selector: 'ol', format: 'orderedList' },
      { selector: 'hr', options: { length: 3 } },
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false, leadingLineBreaks: 2 },
      })),
    ],
  })
  // The parser indents numbered lists by one space, but not the others.
  return parser(html).replace(/^( *) (?=\d+\. )/gm, '$1')
}
