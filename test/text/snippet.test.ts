import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSearchQuery } from '../../src/text/query-parser'
import { createPassageFinder } from '../../src/text/snippet'

const filler = 'We wrote to you some weeks ago and nobody came back to us about it at all. '.repeat(8)

function passage(text: string, query: string | null) {
  return createPassageFinder(query === null ? null : parseSearchQuery(query).query)(text)
}

describe('createPassageFinder', () => {
  it('shows the whole of a short text', () => {
    const { text, score, complete } = passage('  My refund\n\nis late.  ', 'refund')
    expect({ text, score, complete }).toEqual({ text: 'My refund is late.', score: 10, complete: true })
  })

  it('shows the words around a match far inside, cut between words', () => {
    const { text } = passage(`${filler}The refund for order 7 never arrived. ${filler}`, 'refunded')
    expect(text).toContain('The refund for order 7 never arrived.')
    expect(text).toMatch(/^…\w/)
    expect(text).toMatch(/[\w.]…$/)
    expect(text.length).toBeGreaterThan(140)
    expect(text.length).toBeLessThanOrEqual(182)
  })

  it('prefers the place where most of the question stands together', () => {
    const text = `A refund. ${filler} Another refund here. ${filler} Refund of a double charge, please. ${filler}`
    expect(passage(text, 'refund double charge').text).toContain('Refund of a double charge')
  })

  it('prefers the phrase to its words', () => {
    const text = `Charge it double. ${filler} You made a double charge. ${filler}`
    expect(passage(text, '"double charge"').text).toContain('You made a double charge.')
  })

  it.each([
    ['billi*', 'the billing page'],
    ['anna.berg@example.com', 'write to Anna.Berg@example.com today'],
    ['resume', 'my résumé is gone'],
    ['cant', "I can't pay"],
    ['退款', '我想要退款谢谢'],
    ['iPhone充电', '我的 iPhone充电 很慢'],
    ['คืนเงิน', 'ขอคืนเงินด้วย'],
  ])('finds %s as the search does', (query, sentence) => {
    const found = passage(`${filler}${sentence} ${filler}`, query)
    expect(found.text).toContain(sentence)
    expect(found.score).toBeGreaterThan(0)
  })

  it('says whether every term is in the passage', () => {
    expect(passage('A refund, late.', 'refund late').complete).toBe(true)
    expect(passage('A refund.', 'refund late').complete).toBe(false)
    expect(passage(`A refund. ${filler} Late.`, 'refund late').complete).toBe(false)
  })

  it('shows all of a match that fills the passage', () => {
    const phrase =
      'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'
    const text = `${filler}(${phrase} ${phrase})${filler}`
    expect(passage(text, `"${phrase} ${phrase}"`).text).toContain(`${phrase} ${phrase}`)
  })

  it('shows the beginning when nothing matches or nothing was asked', () => {
    expect(passage(filler, 'refund').score).toBe(0)
    expect(passage(filler, 'refund').text).toMatch(/^We wrote to you .*…$/)
    expect(passage(filler, null)).toEqual(passage(filler, 'refund'))
  })

  it('cuts text without spaces between characters, never inside one', () => {
    const text = `${'𠀀'.repeat(300)}退款${'𠀀'.repeat(300)}`
    const found = passage(text, '退款').text
    expect(found).toContain('退款')
    expect(found.length).toBeLessThanOrEqual(184)
    expect(/(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])/.test(found)).toBe(false)
  })

  it('stays short and without line breaks for any text', () => {
    const finder = createPassageFinder(parseSearchQuery('refund "double charge" invoic* 退款').query)
    const part = fc.oneof(
      fc.constantFrom('refund', ' ', 'double charge', '\n', '退款', 'invoices', '…', 'x'.repeat(60)),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const { text } = finder(parts.join(''))
        expect(text.length).toBeLessThanOrEqual(240)
        expect(text).not.toMatch(/[\n\r]/)
      }),
      { numRuns: 300 },
    )
  })
})
