import { describe, expect, it } from 'vitest'
import { createObservations } from './observations'
import { collectShapes, compareShapes, type Shapes } from './shapes'

function search(hits: object[], { total = hits.length, next = null as string | null, after = '' } = {}) {
  return {
    ...{ method: 'POST', path: '/conversations/search', status: 200, durationMs: 12, headers: new Headers() },
    asked: {
      query: { operator: 'AND', value: [{ field: 'updated_at', operator: '>', value: 99 }] },
      pagination: { per_page: 150, ...(after === '' ? {} : { starting_after: after }) },
      sort: { field: 'updated_at', order: 'ascending' },
    },
    answered: { conversations: hits, total_count: total, pages: { next: next && { starting_after: next } } },
  }
}

describe('what is observed of a search', () => {
  it('joins its pages, and tells order, bounds and totals', () => {
    const seen = createObservations()
    seen.begin('first sync')
    seen.observe(
      search(
        [
          { id: '1', updated_at: 99 },
          { id: '2', updated_at: 120 },
        ],
        { total: 4, next: 'b' },
      ),
    )
    seen.observe(search([{ id: '3', updated_at: 110 }], { total: 3, after: 'b' }))
    expect(seen.searches).toMatchObject([
      { asked: 'updated_at > 99', firstTotal: 4, lastTotal: 3, read: 3, isWhole: true, isCount: false },
    ])
    expect(seen.counts.get('hits out of order by updated_at')).toBe(1)
    expect(seen.counts.get('hits on a bound that ">" and "<" should exclude')).toBe(1)
    expect(seen.counts.get('answers without a Date header')).toBe(2)
    expect(seen.steps.get('first sync')).toMatchObject({ requests: 2, durationsMs: [12, 12] })
  })
})

describe('what is observed of a thread', () => {
  it('tells cut ones, those of another version than their hit, and the words in it', () => {
    const seen = createObservations()
    const parts = [{ part_type: 'comment', created_at: 5, author: { type: 'admin' } }]
    seen.observe(search([{ id: '7', updated_at: 100 }]))
    seen.observe({
      ...{ method: 'GET', path: '/conversations/7', status: 200, durationMs: 3, asked: undefined },
      headers: new Headers({
        date: 'x',
        'x-ratelimit-limit': '166',
        'x-ratelimit-remaining': '9',
        'x-ratelimit-reset': '10',
      }),
      answered: {
        id: '7',
        updated_at: 90,
        conversation_parts: { total_count: 600, conversation_parts: parts },
      },
    })
    expect(seen.counts.get('threads that Intercom cut')).toBe(1)
    expect(seen.counts.get('threads older than their search hit')).toBe(1)
    expect(seen.words.get('part types')).toEqual(new Map([['comment', 1]]))
    expect(seen.rateLimits).toMatchObject({ limits: new Set(['166']), lowestRemaining: 9 })
  })

  it('names refusals by endpoint, status and code', () => {
    const seen = createObservations()
    seen.observe({
      ...{ method: 'GET', path: '/conversations/7', status: 404, durationMs: 3, asked: undefined },
      ...{ headers: new Headers(), answered: { errors: [{ code: 'not_found', message: 'secret' }] } },
    })
    expect(seen.words.get('errors')).toEqual(new Map([['GET /conversations/{id} 404 not_found', 1]]))
  })
})

it('finds fields that only one side sends, and those of another type, without a value', () => {
  const [live, simulated]: [Shapes, Shapes] = [new Map(), new Map()]
  collectShapes(live, 'GET /me', { id: 7, sla: { name: 'Gold' }, custom_attributes: { plan: 'Pro' } })
  collectShapes(simulated, 'GET /me', { id: '7', role: null, custom_attributes: { seats: 3 } })
  expect(compareShapes(live, simulated)).toEqual({
    unknown: ['GET /me.sla'],
    absent: ['GET /me.role'],
    otherTypes: ['GET /me.id: number (simulator: string)'],
  })
})
