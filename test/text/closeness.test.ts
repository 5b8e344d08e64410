import { describe, expect, it } from 'vitest'
import { createClosenessMeter } from '../../src/text/closeness'
import { tokenizeText } from '../../src/text/tokenizer'

function meterFor(question: string, little: string[] = []) {
  const wording = tokenizeText(question).map((token) => ({ token, weight: little.includes(token) ? 0.3 : 1 }))
  return createClosenessMeter(wording)
}

/** The texts, closest first. */
function order(question: string, texts: string[]): string[] {
  const measure = meterFor(question)
  return texts.toSorted((a, b) => measure([b]) - measure([a]))
}

const between = 'and then we looked at many other things for quite a while before anybody thought of the'

describe('closeness', () => {
  it('is highest where the words stand as in the question, then in another order, then apart', () => {
    const asAsked = 'They charged my card twice.'
    const apart = `They charged me ${between} card twice.`
    const otherOrder = 'The card twice charged was mine.'
    expect(order('charged card twice', [apart, otherOrder, asAsked])).toEqual([asAsked, otherOrder, apart])
  })

  it('is lower for each word that comes between or is left out', () => {
    const texts = ['cancel my yearly plan', 'cancel my old and long forgotten yearly plan', 'cancel my plan']
    expect(order('cancel my yearly plan', texts)).toEqual(texts)
  })

  it('finds a sentence inside filler words', () => {
    const said = 'Hello. The parcel went to my old address. Please help.'
    const other =
      'Hello. The old parcel is what I said I lost; my address is on it, find the customer number there.'
    const question = 'find the conversation where the customer said the parcel went to my old address'
    expect(order(question, [other, said])).toEqual([said, other])
  })

  it('counts words that need not match for less than those that must', () => {
    const measure = meterFor('where is my refund', ['where', 'is', 'my'])
    expect(measure(['refund'])).toBeGreaterThan(measure(['where is it']))
    expect(measure(['where is my refund'])).toBeGreaterThan(measure(['refund']))
  })

  it('knows words by their stems, also beside other scripts and accents', () => {
    const measure = meterFor('double charges')
    expect(measure(['Double charged!'])).toBe(measure(['double charge']))
    expect(measure(['Doublé charge'])).toBe(measure(['double charge']))
    expect(meterFor('退款没有')(['我的退款没有到账'])).toBeGreaterThan(meterFor('退款没有')(['退款']))
  })

  it('does not span two messages', () => {
    const measure = meterFor('double charge')
    expect(measure(['double', 'charge'])).toBeLessThan(measure(['double charge']))
    expect(measure(['nothing of it', ''])).toBe(0)
  })

  it('stops reading in a thread without end', () => {
    const endless = 'nothing of interest here '.repeat(2000)
    expect(meterFor('double charge')([endless, 'double charge'])).toBe(0)
  })
})
