import { describe, expect, it } from 'vitest'
import { createClosenessMeter } from '../../src/text/closeness'
import { toPlainText } from '../../src/text/plain-text'
import { parseSearchQuery } from '../../src/text/query-parser'
import { createPassageFinder } from '../../src/text/snippet'
import { tokenizeText } from '../../src/text/tokenizer'

describe('plain text', () => {
  it.each([
    ['It doesn’t work… “again” – refund_me, please 😡!', "It doesn't work   again    refund me, please   !"],
    ['Nothing to change.', 'Nothing to change.'],
  ])('keeps every character of %s in its place', (text, plain) => {
    const made = toPlainText(text)
    expect(made).toBe(plain)
    expect(made).toHaveLength(text.length)
    expect(tokenizeText(made ?? '')).toEqual(tokenizeText(text))
  })

  it.each(['Café', 'naïve_', 'ﬁne', '退款', '\ud83d', '1️⃣'])('is not made of %s', (text) => {
    expect(toPlainText(text)).toBeNull()
  })

  it('is what words are found in: a telephone’s quotation marks, underscores, words after an apostrophe', () => {
    const measure = (question: string, text: string) =>
      createClosenessMeter(tokenizeText(question).map((token) => ({ token, weight: 1 })))([text])
    expect(measure("doesn't open", 'It doesn’t open 😡')).toBe(measure("doesn't open", "It doesn't open"))
    expect(measure('refund order', 'see refund_order')).toBeGreaterThan(0)
    expect(measure("l'hotel", "l'hotel")).toBeGreaterThan(1)
    const find = createPassageFinder(parseSearchQuery('order clock')?.query ?? null)
    expect(find('my_order at five o’clock').complete).toBe(true)
  })
})
