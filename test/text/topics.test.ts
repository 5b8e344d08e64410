import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelTopics } from '../../src/text/topic-labels'
import { extractTopicTerms } from '../../src/text/topic-terms'
import { findTopics, maxTopics, type TopicDocument, type TopicModel } from '../../src/text/topics'
import { purityOf, tellConversations } from '../helpers/topic-world'

const told = tellConversations(1_200)
const english = told.filter(({ isEnglish }) => isEnglish)

/** Halves of surrogate pairs included. */
const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit))

function assignAll(model: TopicModel, documents: readonly TopicDocument[]): number[] {
  return documents.map(({ codes }) => model.assign(codes).topic)
}

function aDocument(id: string, ...texts: string[]): TopicDocument {
  return { id, codes: extractTopicTerms(texts) }
}

describe('topics of an invented support desk', () => {
  const model = findTopics(told)
  const groups = assignAll(model, told)

  it('line up with what the conversations were made of', () => {
    const kinds = english.map(({ topic }) => topic)

    const found = purityOf(assignAll(model, english), kinds)

    expect(found).toBeGreaterThan(0.75)
  })

  it('leave few conversations without topic, and are no more than a reader can take in', () => {
    expect(groups.filter((topic) => topic < 0).length / groups.length).toBeLessThan(0.25)
    expect(model.topics.length).toBeGreaterThanOrEqual(12)
    expect(model.topics.length).toBeLessThanOrEqual(maxTopics)
  })

  it('do not line up when the same groups are dealt at random', () => {
    const dealt = [...groups].sort((a, b) => a - b)

    expect(
      purityOf(
        dealt,
        told.map(({ topic }) => topic),
      ),
    ).toBeLessThan(0.3)
  })

  it('are the same again, in whatever order the conversations come', () => {
    const reversed = findTopics(told.toReversed())

    expect(reversed.topics).toEqual(model.topics)
    expect(assignAll(reversed, told)).toEqual(groups)
  })

  it('stay when a few conversations more come along', () => {
    const kept = [7, 19, 33].map((left) => {
      const fewer = told.filter((_, index) => index % 50 !== left)
      const before = assignAll(findTopics(fewer), fewer).map(String)
      return purityOf(assignAll(model, fewer), before)
    })

    expect(kept.reduce((sum, share) => sum + share, 0) / kept.length).toBeGreaterThan(0.8)
  })
})

describe('topics of a few conversations', () => {
  it('are none where there are no conversations or none with words', () => {
    expect(findTopics([]).topics).toEqual([])
    const model = findTopics([aDocument('1'), aDocument('2', ''), aDocument('3', '12345 !!!')])
    expect(model.topics).toEqual([])
    expect(model.assign(extractTopicTerms(['refund'])).topic).toBe(-1)
  })

  it('are one where all say the same', () => {
    const documents = ['1', '2', '3', '4'].map((id) =>
      aDocument(id, 'Where is my refund for the broken kettle?'),
    )

    const model = findTopics(documents)

    expect(assignAll(model, documents)).toEqual([0, 0, 0, 0])
  })

  it('are two where two things are written about, and leave the odd one out', () => {
    const documents = [
      aDocument('1', 'My invoice lacks the VAT number.'),
      aDocument('2', 'The VAT on the invoice is wrong.'),
      aDocument('3', 'Please correct VAT and address of the invoice.'),
      aDocument('4', 'The parcel never arrived, tracking stands still.'),
      aDocument('5', 'Tracking says delivered, but no parcel.'),
      aDocument('6', 'Where is my parcel? Tracking is empty.'),
      aDocument('7', 'Do you have a job for a gardener?'),
    ]

    const [a, b, c, d, e, f, odd] = assignAll(findTopics(documents), documents)

    expect([b, c]).toEqual([a, a])
    expect([e, f]).toEqual([d, d])
    expect(d).not.toBe(a)
    expect(odd).toBe(-1)
  })

  it('put every conversation into one topic or none, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: anyUnit, maxLength: 60 }), { maxLength: 3 })),
        (all) => {
          const documents = all.map((texts, index) => aDocument(String(index), ...texts))
          const model = findTopics(documents)
          for (const topic of assignAll(model, documents)) {
            expect(topic).toBeGreaterThanOrEqual(-1)
            expect(topic).toBeLessThan(model.topics.length)
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('labels', () => {
  const texts = [
    'Could you add a Gift Card to my order?',
    'The gift card does not work at checkout.',
    'My gift cards expired.',
  ]
  const terms = [...extractTopicTerms(texts)].map((hash) => ({ hash, weight: 1 }))

  it('are phrases as people write them, not stems', () => {
    const byFrequency = [...extractTopicTerms(['gift card checkout expired'])].map((hash) => ({
      hash,
      weight: 1,
    }))

    const [label] = labelTopics([{ terms: byFrequency, texts }])

    expect(label).toEqual({ label: 'gift card, checkout', terms: ['gift card', 'checkout', 'expired'] })
  })

  it('differ from each other, and there is one even for a topic without words', () => {
    const labels = labelTopics([
      { terms, texts },
      { terms, texts },
      { terms: [], texts: [] },
      { terms: [], texts: [] },
    ]).map(({ label }) => label)

    expect(new Set(labels).size).toBe(4)
    expect(labels.slice(2)).toEqual(['unnamed', 'unnamed (2)'])
  })
})
