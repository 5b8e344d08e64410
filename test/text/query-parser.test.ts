import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserInputError } from '../../src/domain/errors'
import { anyTermQuery, parseSearchQuery } from '../../src/text/query-parser'
import type { SearchTerm } from '../../src/text/search-query'

/** Groups as people would write them: `refund`, `"doubl charg"`, `invoic*`, alternatives joined by `|`. */
function written(text: string): string {
  const { groups, excluded } = parseSearchQuery(text).query
  const shown = groups.map((group) => group.map(writeTerm).join('|'))
  return [...shown, ...excluded.map((term) => `-${writeTerm(term)}`)].join(' ')
}

function writeTerm(term: SearchTerm): string {
  if (term.kind === 'prefix') return `${term.token}*`
  return term.kind === 'phrase' ? `"${term.tokens.join(' ')}"` : term.tokens.join('+')
}

describe('parseSearchQuery', () => {
  it.each([
    ['Refunds LATE', 'refund late'],
    ['refund refund refunded', 'refund'],
    ['"double charge"', '"doubl charg"'],
    ['“double charge” invoice', '"doubl charg" invoic'],
    ['«double charge»', '"doubl charg"'],
    ['"to the point"', '"to the point"'],
    ['"refund"', 'refund'],
    ['billing -test', 'bill -test'],
    ['billing −test', 'bill -test'],
    ['billing -"test order"', 'bill -"test order"'],
    ['-refund', '-refund'],
    ['-the refund', 'refund -the'],
    ['billing NOT test', 'bill -test'],
    ['refund OR chargeback late', 'refund|chargeback late'],
    ['refund | chargeback | return', 'refund|chargeback|return'],
    ['(refund OR chargeback) AND (late OR slow)', 'refund|chargeback late|slow'],
    ['"double charge" OR refund', '"doubl charg"|refund'],
    ['OR refund', 'refund'],
    ['refund OR', 'refund'],
    ['refund OR -test', 'refund -test'],
    ['invoic*', 'invoic*'],
    ['Réclam*', 'reclam*'],
    ['order-99*', 'order 99*'],
    ['refund*ed', '"refund ed"'],
  ])('reads %s', (text, expected) => {
    expect(written(text)).toBe(expected)
  })

  it.each([
    ['anna.berg@example.com', '"anna berg exampl com"'],
    ['A-12345', '"a 12345"'],
    ['#12345', '12345'],
    ['https://shop.example.com/cart?id=7', '"http shop exampl com cart id 7"'],
    ['refund,billing;invoice', 'refund bill invoic'],
    ['1,000 euros', '"1 000" euro'],
    ['follow-up', '"follow up"'],
    ['--force', 'forc'],
    ['24" and 27" monitors', '24 27 monitor'],
    ["can't login", 'cant login'],
  ])('finds addresses and numbers by the phrase of their parts: %s', (text, expected) => {
    expect(written(text)).toBe(expected)
  })

  it.each([
    ['退款问题', '退款+款问+问题'],
    ['退款，发票', '退款 发票'],
    ['คืนเงิน', 'คื+ืน+นเ+เง+งิ+ิน'],
    ['退款*', '退款'],
    ['"退款问题"', '"退款 款问 问题"'],
    ['iPhone充电', '"iphon 充电"'],
  ])('reads runs without spaces as overlapping pairs: %s', (text, expected) => {
    expect(written(text)).toBe(expected)
  })

  it.each([
    ['which customers complained about billing last week?', 'complain bill'],
    ['What did customers say about the refund policy?', 'refund polici'],
    ['how many people asked for a refund in the last 30 days', 'refund'],
    ['how do I log in', 'log'],
    ['why is the export not working', 'export not work'],
    ['find the conversation where the customer said my parcel is late', 'parcel late'],
    ['can you show me the chat in which somebody told us my parcel is late?', 'parcel late'],
    [
      'I am looking for an old ticket, the client asked something like: parcel late. Thanks a lot',
      'parcel late',
    ],
    ['the parcel was late - who was that, and when did they say it?', 'parcel late'],
    ['I am looking for a parcel, thanks a lot', 'look parcel thank lot'],
    ['find conversation about customer data', 'find convers custom data'],
    ['show me all conversations about double charges', 'doubl charg'],
    ['What’s wrong with the login page today?', 'wrong login page'],
    ['did anyone mention "last week" in a refund?', '"last week" refund'],
    ['customers cannot add users', 'custom cannot add user'],
    ['find my phone', 'find phone'],
    ['list view broken', 'list view broken'],
    ['refund last week', 'refund last week'],
    ['who OR what', 'who|what'],
    ['who are you?', 'who ar you'],
    ['customers', 'custom'],
    ['what did they say today?', 'what did thei sai todai'],
  ])('leaves out what carries nothing, and no more: %s', (text, expected) => {
    expect(written(text)).toBe(expected)
  })

  it('names the words for a time that it left out', () => {
    expect(parseSearchQuery('which customers complained about billing last week?').timeWords).toBe(
      'last week',
    )
    expect(parseSearchQuery('billing last week').timeWords).toBeNull()
    expect(parseSearchQuery('how many?').timeWords).toBeNull()
  })

  it.each(['?!', '-', '- -', '"', '""', '"" OR ""', '*', '…', '', '   ', '🙂', 'OR'])(
    'says that nothing can be searched for in %j',
    (text) => {
      expect(() => parseSearchQuery(text)).toThrow('The query holds no word or number to search for.')
    },
  )

  it('ignores an unbalanced quote', () => {
    expect(written('"double charge')).toBe('doubl charg')
    expect(written('refund "double charge" "late')).toBe('refund "doubl charg" late')
  })

  it('refuses what is too long and names the limit', () => {
    expect(() => parseSearchQuery('a'.repeat(10_000))).toThrow(
      'The query has 10000 characters; at most 1000 can be searched for.',
    )
    const words = Array.from({ length: 65 }, (_, i) => `w${i}x`).join(' ')
    expect(() => parseSearchQuery(words)).toThrow('The query has 65 terms; at most 64 can be searched for.')
  })

  it('either reads a text or explains why not, whatever it holds', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '"',
        '“',
        '-',
        '*',
        ' ',
        ' OR ',
        'NOT ',
        '(',
        ')',
        '退款',
        'refund',
        '\ud800',
        '\u0000',
      ),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        try {
          const { query } = parseSearchQuery(parts.join(''))
          const terms = [...query.groups.flat(), ...query.excluded]
          const tokens = terms.flatMap((term) => (term.kind === 'prefix' ? [term.token] : term.tokens))
          expect(tokens.length).toBeGreaterThan(0)
          expect(query.groups.every((group) => group.length > 0)).toBe(true)
          expect(tokens.filter((token) => token === '' || /[\s"*()-]/.test(token))).toEqual([])
        } catch (error) {
          expect(error).toBeInstanceOf(UserInputError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('anyTermQuery', () => {
  it('puts all terms into one group and keeps what is excluded', () => {
    expect(anyTermQuery(parseSearchQuery('refund OR return "double charge" -test'))).toEqual({
      groups: [
        [
          { kind: 'word', tokens: ['refund'] },
          { kind: 'word', tokens: ['return'] },
          { kind: 'phrase', tokens: ['doubl', 'charg'] },
        ],
      ],
      excluded: [{ kind: 'word', tokens: ['test'] }],
      wording: ['refund', 'return', 'doubl', 'charg'],
    })
  })

  it('is null when the question is no looser for it', () => {
    expect(anyTermQuery(parseSearchQuery('refund OR return'))).toBeNull()
    expect(anyTermQuery(parseSearchQuery('-test'))).toBeNull()
  })
})
