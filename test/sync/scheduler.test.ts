import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../../src/domain/errors'
import type { SyncProgress } from '../../src/domain/sync-run'
import { createScheduler } from '../../src/sync/scheduler'
import { daysAgo, everything, hold, settings, start, startSchedulerWorld } from '../helpers/scheduler-world'
import { createMemoryStore } from '../helpers/store-in-memory'
import { quietLogger } from '../helpers/sync-timers'

const day = 86_400

describe('refresh', () => {
  it('starts the first sync of an empty store and then has nothing to do', async () => {
    const { scheduler, memory } = startSchedulerWorld()
    const ticket = await scheduler.refresh(everything)
    expect(ticket.refresh).toBe('started')
    await ticket.done
    expect(memory.rows.size).toBe(6)
    expect((await scheduler.refresh(everything)).refresh).toBe('none')
  })

  it('starts one run for ten calls at once', async () => {
    const { scheduler, source } = startSchedulerWorld()
    const tickets = await Promise.all(Array.from({ length: 10 }, () => scheduler.refresh(everything)))
    expect(tickets.map(({ refresh }) => refresh)).toEqual(['started', ...Array(9).fill('running')])
    await Promise.all(tickets.map(({ done }) => done))
    expect(source.countRequests('search')).toBe(1)
  })

  it('runs again once what is stored is older than allowed', async () => {
    const { scheduler, pass } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    pass(300)
    expect((await scheduler.refresh(everything)).refresh).toBe('none')
    pass(1)
    expect((await scheduler.refresh(everything)).refresh).toBe('started')
  })

  it('costs two requests when nothing has changed', async () => {
    const { scheduler, source, pass } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    pass(900)
    source.requests.length = 0
    await (await scheduler.refresh(everything)).done
    expect(source.requests).toEqual(['search', 'deleted'])
  })

  it('asks for the names of admins, teams and tags, and about tickets, again after an hour', async () => {
    const { scheduler, source, pass } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    pass(3_600)
    source.requests.length = 0
    await (await scheduler.refresh(everything)).done
    expect(source.requests.toSorted()).toEqual(['admins', 'deleted', 'search', 'tags', 'teams', 'tickets'])
  })

  it('fills the gap of an older timeframe after one counting request, without the incremental run', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    source.requests.length = 0
    const ticket = await scheduler.refresh(daysAgo(45, 30))
    expect(ticket.refresh).toBe('started')
    await ticket.done
    expect(source.requests.filter((request) => request !== 'conversation')).toEqual(['count', 'search'])
    expect(memory.rows.size).toBe(9)
    expect((await scheduler.refresh(daysAgo(45, 30))).refresh).toBe('none')
  })

  it('fetches only as far as the limit, and does not go on because the same is asked again', async () => {
    const { scheduler, memory } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    const first = await scheduler.refresh(daysAgo(95, 30))
    expect(first.beyondLimit).toBeNull()
    await first.done
    const stored = memory.rows.size
    expect(stored).toBeGreaterThan(6)
    expect(stored).toBeLessThanOrEqual(11)
    const again = await scheduler.refresh(daysAgo(95, 30))
    expect(again.refresh).toBe('none')
    expect(again.beyondLimit).toBe(19 - stored)
  })

  it('fetches as far as the limit that came with the question', async () => {
    const { scheduler, memory } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    await (await scheduler.refresh({ ...daysAgo(95, 30), backfillLimit: 2 })).done
    expect(memory.rows.size).toBeGreaterThan(6)
    expect(memory.rows.size).toBeLessThanOrEqual(8)
    const strict = await scheduler.refresh({ ...daysAgo(95, 30), backfillLimit: 2 })
    expect(strict).toMatchObject({ refresh: 'none', beyondLimit: 19 - memory.rows.size })
    const generous = await scheduler.refresh({ ...daysAgo(95, 30), backfillLimit: 100 })
    expect(generous).toMatchObject({ refresh: 'started', beyondLimit: null })
    await generous.done
    expect(memory.rows.size).toBe(19)
  })

  it('gives each of two questions in one run a limit of its own', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    const { release, reached } = hold(source, 'search')
    await scheduler.refresh(everything)
    await reached
    const recent = await scheduler.refresh({ ...daysAgo(55, 31), backfillLimit: 4 })
    const older = await scheduler.refresh({ ...daysAgo(95, 76), backfillLimit: 4 })
    release()
    await Promise.all([recent.done, older.done])
    expect(memory.rows.size).toBeGreaterThanOrEqual(6 + 3 + 3)
    expect(memory.rows.size).toBeLessThanOrEqual(6 + 4 + 4)
  })

  it('does not let a question join a run whose news are too old by now', async () => {
    const { scheduler, source, pass } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    pass(600)
    const { release, reached } = hold(source, 'count')
    await scheduler.refresh(daysAgo(95, 30))
    await reached
    pass(3_600)
    const late = await scheduler.refresh(everything)
    expect(late.refresh).toBe('started')
    expect((await scheduler.refresh(everything)).refresh).toBe('running')
    release()
    await late.done
    expect((await scheduler.refresh(everything)).refresh).toBe('none')
  })

  it('does not let a question join a run whose limit is lower', async () => {
    const { scheduler, source } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    const { release, reached } = hold(source, 'count')
    await scheduler.refresh({ ...daysAgo(95, 30), backfillLimit: 2 })
    await reached
    expect((await scheduler.refresh({ ...daysAgo(95, 30), backfillLimit: 2 })).refresh).toBe('running')
    const generous = await scheduler.refresh({ ...daysAgo(95, 30), backfillLimit: 100 })
    expect(generous.refresh).toBe('started')
    expect(await scheduler.run({ days: 95 })).toMatchObject({ joined: false })
    release()
    await generous.done
  })

  it('runs a need that the run under way does not meet next, merged with others of its kind', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    const { release, reached } = hold(source, 'search')
    const first = await scheduler.refresh(everything)
    await reached
    const older = await scheduler.refresh(daysAgo(40, 35))
    const oldest = await scheduler.refresh(daysAgo(50, 45))
    const joined = await scheduler.refresh(daysAgo(39, 36))
    expect([first, older, oldest, joined].map(({ refresh }) => refresh)).toEqual([
      'started',
      'started',
      'started',
      'running',
    ])
    release()
    await Promise.all([first.done, older.done, oldest.done, joined.done])
    expect(memory.runs().map(({ id, status }) => [id, status])).toEqual([
      ['run1', 'completed'],
      ['run2', 'completed'],
    ])
    expect((await scheduler.refresh(daysAgo(40, 35))).refresh).toBe('none')
    expect((await scheduler.refresh(daysAgo(50, 45))).refresh).toBe('none')
  })

  it('says what is wrong with the configuration where that is why there is no token', async () => {
    const { store } = createMemoryStore()
    const problem = new ConfigurationError('config.json is damaged.', { hint: 'Mend it.' })
    const scheduler = createScheduler({ store, api: null, problem, settings, logger: quietLogger })
    expect((await scheduler.refresh(everything)).error).toBe(problem)
    await expect(scheduler.run({})).rejects.toBe(problem)
    await expect(scheduler.fetchConversation('c1')).rejects.toBe(problem)
  })

  it('is unavailable without a token', async () => {
    const { store } = createMemoryStore()
    const scheduler = createScheduler({ store, api: null, settings, logger: quietLogger })
    const ticket = await scheduler.refresh(everything)
    const noToken = { code: 'configuration', message: 'There is no Intercom access token.' }
    expect(ticket).toMatchObject({ refresh: 'unavailable', error: noToken })
    await ticket.done
    await expect(scheduler.run({})).rejects.toMatchObject(noToken)
    await expect(scheduler.fetchConversation('c1')).rejects.toMatchObject(noToken)
    await scheduler.stop()
  })
})

describe('run', () => {
  it('reports progress and resolves with the finished row', async () => {
    const { scheduler } = startSchedulerWorld()
    const seen: SyncProgress[] = []
    const run = await scheduler.run({ onProgress: (progress) => seen.push(progress) })
    expect(run).toMatchObject({ runId: 'run1', joined: false })
    expect(await run.done).toMatchObject({
      id: 'run1',
      status: 'completed',
      type: 'full',
      conversations: 6,
      coverageStart: start - 30 * day,
      coverageEnd: start,
      errorMessage: null,
    })
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['conversations', 'threads', 'finishing'])
    expect(seen.findLast(({ phase }) => phase === 'threads')).toMatchObject({
      done: 6,
      total: 6,
      conversations: 6,
    })
  })

  it('joins the run under way when that brings what is ordered', async () => {
    const { scheduler, source } = startSchedulerWorld()
    const ticket = await scheduler.refresh(everything)
    const order = await scheduler.run({})
    expect(order).toMatchObject({ runId: 'run1', joined: true })
    await Promise.all([ticket.done, order.done])
    expect(source.countRequests('search')).toBe(1)
  })

  it('brings ordered days whatever the limit for questions is', async () => {
    const { scheduler, memory, source } = startSchedulerWorld()
    const first = await scheduler.run({})
    const more = await scheduler.run({ days: 90 })
    expect(more).toMatchObject({ runId: 'run2', joined: false })
    await first.done
    expect(await more.done).toMatchObject({ type: 'full', conversations: 12 })
    expect(memory.rows.size).toBe(18)
    expect(source.countRequests('count')).toBe(0)
  })

  it('brings an ordered timeframe whole, and by force the threads that it has already', async () => {
    const { scheduler, memory, source } = startSchedulerWorld()
    await (await scheduler.run({})).done
    const { timeframe } = daysAgo(95, 76)
    expect(await (await scheduler.run({ timeframe })).done).toMatchObject({ type: 'full', conversations: 3 })
    expect(memory.rows.size).toBe(9)
    source.fetchedIds.length = 0
    await (await scheduler.run({ timeframe })).done
    expect(source.fetchedIds).toEqual([])
    await (await scheduler.run({ timeframe, force: true })).done
    expect(source.fetchedIds.toSorted()).toEqual(['c16', 'c17', 'c18'])
  })

  it('fetches threads again when forced, although they are unchanged', async () => {
    const { scheduler, source } = startSchedulerWorld()
    await (await scheduler.run({})).done
    source.fetchedIds.length = 0
    await (await scheduler.run({ force: true, days: 7 })).done
    expect(source.fetchedIds.toSorted()).toEqual(['c0', 'c1'])
  })

  it('is ended by its own caller, leaves a failed row, and is not held against later ones', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    const { release, reached } = hold(source, 'search')
    const run = await scheduler.run({})
    await reached
    run.cancel()
    release()
    await expect(run.done).rejects.toMatchObject({ code: 'cancelled' })
    expect(memory.runs()).toMatchObject([{ status: 'failed', errorMessage: 'The sync was cancelled.' }])
    expect(scheduler.status()).toEqual({ running: null, lastError: null })
    expect((await scheduler.refresh(everything)).refresh).toBe('started')
  })

  it('goes on when a question has joined it, which was told that it runs', async () => {
    const { scheduler, source } = startSchedulerWorld()
    const { release, reached } = hold(source, 'search')
    const run = await scheduler.run({})
    await reached
    expect((await scheduler.refresh(everything)).refresh).toBe('running')
    run.cancel()
    release()
    await expect(run.done).resolves.toMatchObject({ status: 'completed' })
  })

  it('goes on when one who only joined, or one of several, gives up', async () => {
    const { scheduler, source } = startSchedulerWorld()
    const { release, reached } = hold(source, 'search')
    const first = await scheduler.run({})
    await reached
    const second = await scheduler.run({})
    first.cancel()
    release()
    await expect(second.done).resolves.toMatchObject({ status: 'completed' })
    const ticket = await scheduler.refresh(daysAgo(45, 30))
    const joined = await scheduler.run({ days: 30 })
    joined.cancel()
    await ticket.done
    expect((await scheduler.refresh(daysAgo(45, 30))).refresh).toBe('none')
  })

  it('marks rows that a killed process left in progress as failed', async () => {
    const { scheduler, memory } = startSchedulerWorld()
    const killed = {
      id: 'killed',
      startedAt: start - 100,
      completedAt: null,
      status: 'in_progress' as const,
      type: 'full' as const,
      coverageStart: start - day,
      coverageEnd: start,
      conversations: 3,
      messages: 9,
      errorMessage: null,
    }
    await memory.store.apply({ syncRun: killed })
    await (await scheduler.run({})).done
    expect(memory.runs()[0]).toEqual({
      ...killed,
      status: 'failed',
      completedAt: start,
      coverageStart: null,
      coverageEnd: null,
      errorMessage: 'interrupted',
    })
  })
})

describe('fetchConversation', () => {
  it('stores the thread as it is now', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    source.reply('c19', 'still there?')
    await scheduler.fetchConversation('c19')
    expect(memory.rows.get('c19')?.fetched.messages.map(({ text }) => text)).toEqual([
      'opening of c19',
      'still there?',
    ])
  })

  it('says when it is gone, and removes it', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    await (await scheduler.run({})).done
    source.remove('c1')
    await expect(scheduler.fetchConversation('c1')).rejects.toMatchObject({ kind: 'not_found' })
    expect(memory.rows.has('c1')).toBe(false)
  })

  it('ends with the signal that it was given', async () => {
    const { scheduler, source } = startSchedulerWorld()
    const { release, reached } = hold(source, 'conversation')
    const controller = new AbortController()
    const fetching = scheduler.fetchConversation('c1', { signal: controller.signal })
    await reached
    controller.abort(new Error('too long'))
    release()
    await expect(fetching).rejects.toThrow('too long')
  })
})

describe('stop', () => {
  it('ends what runs and what waits, and starts nothing any more', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    const { release, reached } = hold(source, 'search')
    const run = await scheduler.run({})
    await reached
    const waiting = await scheduler.run({ days: 90 })
    const stopping = scheduler.stop()
    release()
    await stopping
    await expect(run.done).rejects.toMatchObject({ code: 'stopped' })
    await expect(waiting.done).rejects.toMatchObject({ code: 'stopped' })
    expect(memory.runs()).toMatchObject([{ status: 'failed' }])
    expect((await scheduler.refresh(everything)).refresh).toBe('unavailable')
    await expect(scheduler.run({})).rejects.toMatchObject({ code: 'stopped' })
    await scheduler.stop()
  })
})

describe('the background loop', () => {
  it('keeps the store fresh and the last days covered', async () => {
    const { scheduler, source, memory, pass } = startSchedulerWorld({ backgroundSyncIntervalMinutes: 10 })
    await (await scheduler.run({ days: 2 })).done
    pass(900)
    source.create('new')
    pass(1)
    const ended = new Promise<void>((resolve) => {
      const apply = memory.store.apply.bind(memory.store)
      memory.store.apply = async (change) => {
        const applied = await apply(change)
        if (change.syncRun?.status === 'completed') resolve()
        return applied
      }
    })
    scheduler.start()
    await ended
    await scheduler.stop()
    expect(memory.runs().at(-1)).toMatchObject({ type: 'background', status: 'completed' })
    expect([...memory.rows.keys()]).toEqual(['c0', 'new', 'c1'])
  })
})
