import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHitFinder, highlightHits } from '../../src/cli/highlight'

const light = (word: string) => `[${word}]`

describe('what a query matches is lit', () => {
  it.each([
    ['stems', 'Was it refunded? A refund!', 'refunds', 'Was it [refunded]? A [refund]!'],
    ['accents folded', 'Café, CAFE und café', 'cafe', '[Café], [CAFE] und [café]'],
    ['accents written apart', 'a cafe\u0301 here', 'café', 'a [cafe\u0301] here'],
    ['letters with a stroke', 'Straße in Łódź', 'strasse lodz', '[Straße] in [Łódź]'],
    ['the owner’s ending', 'the customer’s card', 'customer', 'the [customer’s] card'],
    ['beginnings', 'billing and bills, Billie', 'billi*', '[billing] and bills, [Billie]'],
    [
      'a phrase only where it stands',
      'four cards, the last four digits, last',
      '"last four digits"',
      'four cards, the [last] [four] [digits], last',
    ],
    ['the words of a phrase in other forms', 'He charges twice', '"charged twice"', 'He [charges] [twice]'],
    [
      'an order number as one',
      'A card for A-12345, not B-12345',
      'A-12345',
      'A card for [A-12345], not B-12345',
    ],
    ['an address', 'write to ana@example.com, Ana', 'ana@example.com', 'write to [ana@example.com], Ana'],
    [
      'the parts of an address',
      'see https://example.com/faq now',
      'faq',
      'see https://example.com/[faq] now',
    ],
    ['each side of OR', 'an invoice or a bill', 'invoice OR bill', 'an [invoice] or a [bill]'],
    ['not what is excluded', 'refund of the invoice', 'invoice -refund', 'refund of the [invoice]'],
    ['Chinese inside a run', '我想要退款谢谢', '退款', '我想要[退款]谢谢'],
    ['a longer run of it', '东京都庁の東京都', '東京都', '东京都庁の[東京都]'],
    ['one character of a run', '我要退款。退货', '退', '我要[退]款。[退]货'],
    ['Thai', 'ขอคืนเงินด้วย', 'คืนเงิน', 'ขอ[คืนเงิน]ด้วย'],
    ['words beside a run', 'iPhone手机坏了', 'iphone', '[iPhone]手机坏了'],
    ['nothing without a word to match', 'nothing to light', '-refund', 'nothing to light'],
    ['nothing without a query', 'nothing to light', '', 'nothing to light'],
  ])('%s', (_what, text, query, expected) => {
    expect(highlightHits(text, query, light)).toBe(expected)
  })

  it('leaves out the words that make a question of a query', () => {
    expect(highlightHits('Where is my refund?', 'where is my refund', light)).toBe('Where is my [refund]?')
  })

  it('changes nothing of any text but for the marks, which are in order and apart', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom('refund', '退款', 'Café', '-'),
    )
    const text = fc.array(unit, { maxLength: 12 }).map((parts) => parts.join(' '))
    fc.assert(
      fc.property(
        text,
        fc.constantFrom('refund', '退款', 'caf*', '"refund cafe"', '退', 'a OR b'),
        (said, query) => {
          expect(highlightHits(said, query, (word) => word)).toBe(said)
          let end = -1
          for (const stretch of createHitFinder(query)(said)) {
            expect(stretch.start).toBeGreaterThan(end)
            expect(stretch.end).toBeGreaterThan(stretch.start)
            end = stretch.end
          }
        },
      ),
    )
  })
})
