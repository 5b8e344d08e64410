import { describe, expect, it } from 'vitest'
import type { OwedThread } from '../../src/domain/owed-thread'
import { createOwedThreads, describeOwed } from '../../src/sync/owed-threads'
import { judgeParts } from '../../src/sync/thread-completeness'
import { aMessage, aThread } from '../helpers/builders'

const now = 1_000_000

/** The first `sent` of as many parts, of `total` that Intercom counts. */
function aThreadOf({ sent, total = sent, statistics = total }: Record<string, number> & { sent: number }) {
  const texts = Array.from({ length: sent + 1 }, (_, index) => `text ${index}`)
  return aThread({ statistics: { count_conversation_parts: statistics } }, texts, total)
}

function anOwed(fields: Partial<OwedThread> = {}): OwedThread {
  return {
    ...{ conversationId: '1001', reason: 'failed', code: 'intercom_server', attempts: 1 },
    ...{ updatedAt: now - 500, triedAt: now - 100, nextAt: now, partsExpected: null, partsStored: null },
    ...fields,
  }
}

describe('a thread held against the counts of Intercom', () => {
  it.each([
    ['is whole with as many parts as both', { sent: 3 }, null],
    ['is whole when the statistics are behind', { sent: 3, statistics: 1 }, null],
    [
      'is short below the total',
      { sent: 2, total: 5 },
      { reason: 'short', partsExpected: 5, partsStored: 2 },
    ],
    ['is cut, not short, at 500', { sent: 500, total: 700 }, null],
    [
      'is short where 500 could have been sent',
      { sent: 498, total: 700 },
      { reason: 'short', partsExpected: 700, partsStored: 498 },
    ],
    [
      'is uncounted where only the statistics count more',
      { sent: 3, statistics: 4 },
      { reason: 'uncounted', partsExpected: 4, partsStored: 3 },
    ],
  ])('%s', (_name, thread, expected) => {
    expect(judgeParts(aThreadOf(thread), [])).toEqual(expected)
  })

  it('counts older parts that are stored already', () => {
    const older = [1, 2].map((part) => aMessage({ id: `old${part}`, createdAt: 1 }))
    expect(judgeParts(aThreadOf({ sent: 3, total: 5 }), older)).toBeNull()
  })

  it('is judged without statistics, and with those of old answers', () => {
    const thread = aThreadOf({ sent: 1 })
    const judgeWith = (statistics: Record<string, unknown> | null) =>
      judgeParts({ ...thread, conversation: { ...thread.conversation, statistics } }, [])
    expect(judgeWith(null)).toBeNull()
    expect(judgeWith({ count_conversation_parts: null })).toBeNull()
    expect(judgeWith({ count_conversations_parts: 2 })).toMatchObject({ reason: 'uncounted' })
  })
})

describe('a thread that is owed', () => {
  it('is asked for by the next run, and then ever more rarely, up to every six hours', () => {
    const owed = createOwedThreads([])
    const waits = [1, 2, 3, 4, 5, 6, 7].map(() => {
      const row = owed.judge(aThreadOf({ sent: 1, total: 2 }), [], now)
      return (row?.nextAt ?? 0) - now
    })
    expect(waits).toEqual([0, 300, 1_200, 4_800, 21_600, 21_600, 21_600])
  })

  it('begins anew when it is for another reason, and is forgotten when it has come whole', () => {
    const owed = createOwedThreads([anOwed({ attempts: 4 })])
    expect(owed.judge(aThreadOf({ sent: 1, total: 2 }), [], now)?.attempts).toBe(1)
    expect(owed.judge(aThreadOf({ sent: 2 }), [], now)).toBeNull()
    expect(owed.all()).toEqual([])
  })

  it('waits no longer because of an outage, and stays due in it', () => {
    const owed = createOwedThreads([anOwed({ attempts: 2 })])
    const attempt = { reason: 'failed', code: 'intercom_server', updatedAt: 5, now, wait: false } as const
    expect(owed.fail({ ...attempt, conversationId: '1001' })).toBeNull()
    expect(owed.fail({ ...attempt, conversationId: '2' })).toMatchObject({ attempts: 1, nextAt: now })
    expect(owed.due(now).map(({ conversationId }) => conversationId)).toEqual(['1001', '2'])
  })

  it('rests until its time, or until a clock that was ahead has been set back', () => {
    const later = anOwed({ conversationId: 'later', nextAt: now + 1 })
    const never = anOwed({ conversationId: 'never', nextAt: null })
    const ahead = anOwed({ conversationId: 'ahead', triedAt: now + 9_000, nextAt: now + 9_300 })
    const owed = createOwedThreads([anOwed(), later, never, ahead])
    expect(owed.due(now).map(({ conversationId }) => conversationId)).toEqual(['1001', 'ahead'])
    expect(owed.resting(now).map(({ conversationId }) => conversationId)).toEqual(['later', 'never'])
  })

  it('because of its statistics is asked for once more, and no more than 50 are remembered', () => {
    const owed = createOwedThreads([])
    const statistics = { count_conversation_parts: 2 }
    const judge = (id: string) => owed.judge(aThread({ id, statistics }), [], now)
    for (let id = 0; id < 50; id += 1) expect(judge(`${id}`)).toMatchObject({ nextAt: now })
    expect(judge('50')).toBeNull()
    expect(judge('7')).toMatchObject({ attempts: 2, nextAt: null })
  })
})

describe('what a run says of threads that are owed', () => {
  it('names some that failed or came short, and leaves out what may be no loss', () => {
    const rows = ['1', '2', '3', '4'].map((conversationId) => anOwed({ conversationId }))
    const short = anOwed({ conversationId: '9', reason: 'short' })
    const unsure = [anOwed({ reason: 'uncounted' }), anOwed({ reason: 'missing' })]
    expect(describeOwed(unsure)).toBeNull()
    expect(describeOwed([...rows, short, ...unsure])).toBe(
      'The threads of 4 conversations could not be fetched (1, 2, 3 and others). ' +
        'The thread of 1 conversation came with fewer parts than it has (9). Later runs ask again.',
    )
  })
})
