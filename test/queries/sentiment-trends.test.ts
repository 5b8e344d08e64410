import { describe, expect, it } from 'vitest'
import type { Dimension } from '../../src/domain/analysis-answers'
import { analyseSentiment } from '../../src/queries/analysis/sentiment-trends'
import { readGroupNames } from '../../src/queries/groupings'
import type { FigureConditions, Store } from '../../src/storage/port'
import { createLocalCalendar } from '../../src/text/local-calendar'
import { createSampleStore, now, type SampleConversation } from './sample-store'

const day = 86_400

function created(start: number, end: number): FigureConditions {
  return { query: null, timeframe: { start, end }, timeField: 'created_at', filters: {} }
}

/** Monday to Wednesday in Dublin, against the three days before. */
const monday = Date.parse('2026-11-16T00:00:00Z') / 1000
const conditions = created(monday, monday + 3 * day)
const previous = created(monday - 3 * day, monday)

async function analyse(
  store: Store,
  { dimensions = [], compared = false }: { dimensions?: Dimension[]; compared?: boolean } = {},
) {
  const kinds = dimensions.map((dimension) => (dimension === 'time_period' ? 'day' : dimension))
  return analyseSentiment({
    ...{ store, conditions, dimensions, now, periodUnit: 'day' as const },
    previous: compared ? previous : null,
    calendar: createLocalCalendar('Europe/Dublin'),
    names: await readGroupNames(store, kinds),
    workspace: await store.getWorkspace(),
  })
}

const answer = 'Sorry about that terrible, broken, awful thing!'
const sample = (): SampleConversation[] => [
  {
    id: '1',
    createdAt: monday + 3600,
    texts: ['The export is broken.', answer, 'Thank you, it works again!'],
  },
  { id: '2', createdAt: monday + 7200, texts: ['Where do I find my invoice?', answer], assigneeId: '51' },
  { id: '3', createdAt: monday + 2 * day, texts: ['Die Rechnung ist falsch.', answer], assigneeId: '51' },
  {
    id: '4',
    createdAt: monday + 2 * day,
    texts: ['Hello there.', answer, 'I wrote on Monday. Nobody has answered and this is unacceptable.'],
    assigneeId: '51',
  },
  { id: '5', createdAt: monday - day, texts: ['I love it, great work!', answer], assigneeId: '51' },
]

describe('trends of sentiment', () => {
  it('count conversations by what their customers wrote, and those that are not judged apart', async () => {
    const { body, conversations } = await analyse(await createSampleStore(sample()))

    expect(conversations).toBe(4)
    expect(body.totals).toMatchObject({ judged: 3, not_judged: 1, negative: 1, neutral: 2, positive: 0 })
    expect(body.totals.shares).toEqual({ negative: 0.333, neutral: 0.667, positive: 0 })
    expect(body.totals.mean).toBeLessThan(0)
  })

  it('tell how customers felt at first and at last', async () => {
    const { body } = await analyse(await createSampleStore(sample()))

    expect(body.totals.movement).toMatchObject({ count: 2, improved: 1, worsened: 1 })
    expect(body.totals.movement.first_mean).toBeLessThan(-0.2)
  })

  it('are listed for each local day, one without conversations included', async () => {
    const { body } = await analyse(await createSampleStore(sample()))

    expect(
      body.periods.map(({ start, judged, not_judged, negative }) => [start, judged, not_judged, negative]),
    ).toEqual([
      ['2026-11-16', 2, 0, 0],
      ['2026-11-17', 0, 0, 0],
      ['2026-11-18', 1, 1, 1],
    ])
    expect(body.periods[1]?.mean).toBeNull()
  })

  it('show the unhappiest with the passage that says so', async () => {
    const { body } = await analyse(await createSampleStore(sample()))

    expect(body.most_negative).toEqual([
      {
        id: '4',
        url: 'https://app.intercom.com/a/inbox/abc123/inbox/conversation/4',
        score: expect.any(Number),
        passage: '…Nobody has answered and this is unacceptable.',
      },
    ])
    expect(body.most_negative[0]?.score).toBeLessThan(-0.5)
  })

  it('are compared with another time, and grouped', async () => {
    const { body } = await analyse(await createSampleStore(sample()), {
      compared: true,
      dimensions: ['assignee'],
    })

    expect(body.totals.previous).toMatchObject({ judged: 1, positive: 1 })
    expect(body.totals.change).toMatchObject({ judged: 2, negative: 1, positive: -1 })
    expect(
      body.groups.map(({ label, judged, not_judged, negative }) => [label, judged, not_judged, negative]),
    ).toEqual([
      ['Bo Helper', 2, 1, 1],
      ['unassigned', 1, 0, 0],
    ])
  })

  it('say nothing of an empty store', async () => {
    const { body, conversations } = await analyse(await createSampleStore([]))

    expect(conversations).toBe(0)
    expect(body.totals).toEqual({
      ...{ judged: 0, not_judged: 0, negative: 0, neutral: 0, positive: 0, mean: null },
      shares: { negative: null, neutral: null, positive: null },
      movement: { count: 0, first_mean: null, last_mean: null, improved: 0, worsened: 0 },
    })
    expect(body.most_negative).toEqual([])
  })
})
