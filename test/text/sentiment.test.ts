import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeSentiment, labelOf } from '../../src/text/sentiment'
import { macroF1, readLabelled } from './sentiment/labelled-set'
import { english, otherLanguages } from './sentiment/other-languages'

const labelFor = (text: string) => judgeSentiment(text)?.label ?? 'not judged'

describe('sentiment of support messages', () => {
  it.each([
    'The sync is not working on my phone.',
    "I can't open the report you sent.",
    'Your driver never arrived.',
    'My bike came with a cracked frame.',
    'The camera keeps disconnecting.',
    'We are locked out.',
    'Half of the rows are missing.',
  ])('takes a fault, told calmly, as negative: %s', (text) => {
    expect(labelFor(text)).toBe('negative')
  })

  it.each([
    'No reply yet.',
    'Nobody has answered my mail from Tuesday.',
    'I have been waiting for nine days.',
    'Still nothing from your billing department.',
  ])('takes silence and waiting as negative: %s', (text) => {
    expect(labelFor(text)).toBe('negative')
  })

  it.each([
    'This is the fifth time I ask for a receipt.',
    'The same error as before.',
    'It happened again.',
    'I already told you my address twice.',
  ])('takes repetition as negative: %s', (text) => {
    expect(labelFor(text)).toBe('negative')
  })

  it.each([
    ['I am not satisfied with this.', 'negative'],
    ["The new menu isn't good.", 'negative'],
    ['I am not thrilled about the change.', 'negative'],
    ['The driver was never rude.', 'neutral'],
    ['Not bad at all, I must say', 'positive'],
    ['We have no complaints.', 'positive'],
    ['No problem, next week is early enough.', 'neutral'],
    ['That is not an issue anymore.', 'positive'],
    ["You can't go wrong with this shop.", 'positive'],
  ])('reads a negation as it is meant: %s is %s', (text, label) => {
    expect(labelFor(text)).toBe(label)
  })

  it.each([
    ['Thanks!', 'neutral'],
    ['Could you send the form? Thanks in advance.', 'neutral'],
    ['Please add my colleague, thank you very much!', 'neutral'],
    ['The page stays blank. Thanks and kind regards', 'negative'],
    ['Thank you for fixing the printer so quickly.', 'positive'],
    ['Great, thanks!', 'positive'],
  ])('takes thanks for a courtesy unless something was done: %s is %s', (text, label) => {
    expect(labelFor(text)).toBe(label)
  })

  it.each([
    ['👍', 'positive'],
    ['here it is 🙄', 'negative'],
    ['ok :(', 'negative'],
    ['the kids saw it <3', 'positive'],
    ['Could you look up my order? :)', 'neutral'],
    ['8:00 to 9:30 would suit us', 'neutral'],
  ])('reads emoji and emoticons as words, but a smile as a courtesy: %s is %s', (text, label) => {
    expect(labelFor(text)).toBe(label)
  })

  it('counts an intensifier, an exclamation and capitals', () => {
    const plain = judgeSentiment('The service is slow.')?.score ?? 0
    expect(judgeSentiment('The service is terribly slow.')?.score).toBeLessThan(plain)
    expect(judgeSentiment('The service is slow!')?.score).toBeLessThan(plain)
    expect(judgeSentiment('THE SERVICE IS SLOW.')?.score).toBeLessThan(plain)
    expect(judgeSentiment('The service is a bit slow.')?.score).toBeGreaterThan(plain)
  })

  it.each([
    ['The colours are lovely, but the handle fell off.', 'negative'],
    ['The handle fell off but your repair service was brilliant.', 'positive'],
    ['It was working fine until this morning.', 'negative'],
    ['At first I was annoyed. Now I love it.', 'positive'],
  ])('lets what follows a "but", and the end, decide: %s is %s', (text, label) => {
    expect(labelFor(text)).toBe(label)
  })

  it.each([
    'What happens when a transfer fails?',
    'How do I delete a broken link?',
    'Is there a way to see missed calls?',
    'Can I get a refund if the parcel is lost?',
  ])('takes a question about faults for a question: %s', (text) => {
    expect(labelFor(text)).toBe('neutral')
  })

  it.each([
    'Why was I charged for three seats?',
    'How many times do I have to send this?',
    'The upload fails, can you help?',
    'Can you please fix the export?',
  ])('hears the complaint in a question: %s', (text) => {
    expect(labelFor(text)).toBe('negative')
  })

  it.each([
    'We are on the Happy plan.',
    'Your guide calls this state "broken", what does it do?',
    'Please empty the Terrible Mistakes folder.',
    'The address is https://example.com/error/failed',
    'Here is the file.\n\nOn Monday, Ana Ruiz <ana@example.com> wrote:\nSorry that it crashed and that you are unhappy.',
    'Yes, the second one.\n> Did it crash again?\n> That is terrible.',
  ])('does not count names, quoted words, addresses and quoted mails: %s', (text) => {
    expect(labelFor(text)).toBe('neutral')
  })

  it.each([
    'Wonderful. Logged out again.',
    'Great, another outage.',
    'Thanks for nothing.',
    'So much for the lifetime warranty.',
  ])('hears sarcasm where it is marked: %s', (text) => {
    expect(labelFor(text)).toBe('negative')
  })

  it.each([
    'It would be great to have a calendar view.',
    'We would love to test the beta.',
    'I ordered the wrong colour, can I swap it?',
    'Hope you had a good weekend! I need the June invoice.',
  ])('does not take wishes, own slips and greetings for feeling: %s', (text) => {
    expect(labelFor(text)).toBe('neutral')
  })
})

describe('what is not judged', () => {
  it.each(
    Object.entries(otherLanguages).flatMap(([language, texts]) => texts.map((text) => [language, text])),
  )('%s: %s', (_language, text) => {
    expect(judgeSentiment(text ?? '')).toBeNull()
  })

  it.each(english)('judges short English, names and single foreign words: %s', (text) => {
    expect(judgeSentiment(text)).not.toBeNull()
  })

  it.each(['', '   ', '...', '\n\n', 'https://example.com/a', '—'])('has nothing to judge in %j', (text) => {
    expect(judgeSentiment(text)).toBeNull()
  })
})

describe('any text at all', () => {
  it('is judged without failing, between -1 and 1, with the label of its score', () => {
    const words = fc.array(
      fc.constantFrom('not', 'very', 'broken', 'great', 'but', '?', '!', ':(', '"', '\n', 'thanks'),
    )
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      words.map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(anything, (text) => {
        const sentiment = judgeSentiment(text)
        if (sentiment === null) return
        expect(sentiment.score).toBeGreaterThanOrEqual(-1)
        expect(sentiment.score).toBeLessThanOrEqual(1)
        expect(sentiment.label).toBe(labelOf(sentiment.score))
      }),
      { numRuns: 500 },
    )
  })

  it('is judged in one pass, however long and repetitive', () => {
    expect(judgeSentiment('not really '.repeat(100_000))).not.toBeNull()
    expect(judgeSentiment('"'.repeat(100_000))).toBeNull()
    expect(judgeSentiment(':-('.repeat(50_000))).not.toBeNull()
  })
})

describe('the labelled messages', () => {
  it('are told apart in the half that may be looked at', () => {
    const tuning = readLabelled(
      readFileSync(new URL('../sentiment/labelled-messages.ndjson', import.meta.url), 'utf8'),
    )
    const pairs = tuning
      .filter(({ split }) => split === 'tuning')
      .map(({ text, label }) => ({ label, judged: labelFor(text) }))
    expect(pairs).toHaveLength(251)
    expect(macroF1(pairs)).toBeGreaterThan(0.95)
  })
})
