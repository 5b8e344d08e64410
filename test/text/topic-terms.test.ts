import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  extractTopicTerms,
  isNameTerm,
  maxTermsPerConversation,
  readTopicWords,
} from '../../src/text/topic-terms'

/** Halves of surrogate pairs included. */
const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit))

function wordsOf(text: string): string[] {
  return readTopicWords(text).map(({ surface }) => surface)
}

function namesIn(text: string): string[] {
  return readTopicWords(text).flatMap(({ surface, isName }) => (isName ? [surface] : []))
}

describe('words that can be part of a topic', () => {
  it('are what is left without little words, courtesy, times and numbers', () => {
    expect(
      wordsOf('Hello, could you please help me? I was charged twice on Monday, 12 May, for 3 seats.'),
    ).toEqual(['charged', 'seats'])
  })

  it('leave out addresses, codes and order numbers, and keep short names of technology', () => {
    expect(
      wordsOf('See https://shop.example.com/a?b=1, mail ada@example.com, order A-10042, 2FA fails'),
    ).toEqual(['mail', 'order', '2FA', 'fails'])
  })

  it('leave out signatures and quoted mail', () => {
    const mail = 'The printer jams.\n\nKind regards,\nAda Lovelace\nAcme Engines\n'
    expect(wordsOf(mail)).toEqual(['printer', 'jams'])
    expect(wordsOf('It jams again.\n\nOn 3 May 2026, Bo wrote:\n> Did the toner help?')).toEqual(['jams'])
  })

  it('keep a long text after a line that only looks like a farewell', () => {
    const lines = [
      'Thanks',
      'the toner leaks',
      'the tray',
      'the lamp',
      'the fan',
      'the lid',
      'the cable',
      'the fuse',
    ]
    expect(wordsOf(`Printer.\n${lines.join('\n')}`)).toContain('fuse')
  })

  it('are names where an English sentence writes them with a capital', () => {
    expect(namesIn('Refunds for our shop in Galway take long. Galway is far.')).toEqual(['Galway'])
    expect(namesIn('I moved to Fresno, CA and want the VAT changed.')).toEqual(['Fresno', 'CA'])
  })

  it('are no names in a language that gives every noun a capital', () => {
    expect(namesIn('Die Rechnung mit der Bestellung ist nicht angekommen')).toEqual([])
  })

  it('are pairs of characters in Chinese, without the grammar of Japanese', () => {
    expect(wordsOf('退款')).toEqual(['退款'])
    expect(wordsOf('ありがとうございます')).toEqual([])
  })
})

describe('terms of a conversation', () => {
  it('are the same for forms of one word and occur once', () => {
    expect(extractTopicTerms(['refund Refunds', 'REFUNDED'])).toHaveLength(1)
  })

  it('are names only when written so everywhere', () => {
    const [always] = extractTopicTerms(['We are in Galway now', 'and the shop in Galway is closed'])
    const [once] = extractTopicTerms(['Is it in the Box or not', 'it is a box'])

    expect([isNameTerm(always ?? 0), isNameTerm(once ?? 0)]).toEqual([true, false])
  })

  it('are bounded, and never fail', () => {
    const long = Array.from(
      { length: 500 },
      (_, index) => `wort${String.fromCharCode(97 + (index % 26))}${index % 9}`,
    )
    expect(extractTopicTerms([long.join(' ')])).toHaveLength(maxTermsPerConversation)
    fc.assert(
      fc.property(fc.array(fc.string({ unit: anyUnit })), (texts) => {
        const codes = extractTopicTerms(texts)
        expect(codes.length).toBeLessThanOrEqual(maxTermsPerConversation)
        expect(new Set(codes).size).toBe(codes.length)
      }),
      { numRuns: 100 },
    )
  })
})
