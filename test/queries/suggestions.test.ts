import { describe, expect, it } from 'vitest'
import type { SuggestionKind } from '../../src/domain/answers'
import { findSuggestions } from '../../src/queries/suggestions'
import { createSampleStore } from './sample-store'

async function suggest(kind: SuggestionKind, prefix: string, limit?: number) {
  const store = await createSampleStore([
    { id: '900', daysAgo: 1 },
    { id: '123', daysAgo: 5, customerEmail: 'ana@example.com' },
  ])
  await store.apply({
    admins: [{ id: '53', name: null, email: 'unnamed@example.com' }],
    teams: [
      { id: '72', name: 'Équipe Lyon' },
      { id: '73', name: null },
      { id: '74', name: 'EU billing' },
      { id: '75', name: 'Billing' },
    ],
    tags: Array.from({ length: 130 }, (_, index) => ({ id: `t${index}`, name: `topic ${index + 100}` })),
  })
  return findSuggestions(store, { kind, prefix, ...(limit === undefined ? {} : { limit }) })
}

describe('suggestions', () => {
  it.each<[SuggestionKind, string, string[]]>([
    ['team', 'bil', ['Billing', 'EU billing']],
    ['team', 'equ', ['Équipe Lyon']],
    ['team', 'lyon', ['Équipe Lyon']],
    ['team', '', ['Billing', 'Équipe Lyon', 'EU billing']],
    ['team', 'nothing', []],
    ['assignee', 'un', ['unassigned', 'unnamed@example.com']],
    ['assignee', 'HELPER', ['Bo Helper']],
    ['conversation', '1', ['123']],
    ['conversation', 'Conversation_9', ['Conversation_900']],
    ['conversation', '12x', []],
    ['conversation', '%', []],
    ['customer_email', 'ANA@', ['ana@example.com']],
    ['customer_email', '%', []],
    ['customer_email', 'x'.repeat(400), []],
  ])('of kind %s for %j are %j', async (kind, prefix, values) => {
    expect(await suggest(kind, prefix)).toEqual({ values, total: values.length, has_more: false })
  })

  it('are at most as many as asked for, and a hundred in any case; names are counted to the end', async () => {
    const few = await suggest('tag', 'topic', 2)
    expect(few).toEqual({ values: ['topic 100', 'topic 101'], total: 130, has_more: true })
    const many = await suggest('tag', '', 1_000)
    expect([many.values.length, many.total, many.has_more]).toEqual([100, 130, true])
    expect(await suggest('conversation', '', 1)).toEqual({ values: ['900'], total: null, has_more: true })
    expect(await suggest('customer_email', '', 1)).toEqual({
      ...{ values: ['ada@example.com'], total: null, has_more: true },
    })
  })
})
