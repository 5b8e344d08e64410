import { describe, expect, it } from 'vitest'
import { IntercomApiError, type StorageError } from '../../src/domain/errors'
import { daysAgo, everything, hold, start, startSchedulerWorld } from '../helpers/scheduler-world'

const offline = new IntercomApiError('network', 'Intercom could not be reached.')
const refused = new IntercomApiError('unauthorised', 'Intercom refused the token.', { status: 401 })

describe('a run that fails', () => {
  function startOffline(error: Error = offline) {
    const world = startSchedulerWorld()
    world.source.beforeAnswer = async () => {
      throw error
    }
    return world
  }

  it('is remembered, told to later calls, and tried again after its wait', async () => {
    const { scheduler, memory, pass } = startOffline()
    await (await scheduler.refresh(everything)).done
    expect(await scheduler.refresh(everything)).toMatchObject({ refresh: 'failed', error: offline })
    expect(scheduler.status().lastError).toEqual({ at: start, error: offline })
    expect(memory.runs()).toMatchObject([
      {
        status: 'failed',
        errorMessage: 'Intercom could not be reached.',
        coverageStart: null,
        coverageEnd: null,
      },
    ])
    pass(29)
    expect((await scheduler.refresh(everything)).refresh).toBe('failed')
    pass(1)
    const second = await scheduler.refresh(everything)
    expect(second.refresh).toBe('started')
    await second.done
    pass(59)
    expect((await scheduler.refresh(everything)).refresh).toBe('failed')
    pass(1)
    expect((await scheduler.refresh(everything)).refresh).toBe('started')
  })

  it('leaves no coverage behind when it fails in the middle, and keeps what had arrived', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    source.beforeAnswer = async (request) => {
      if (request === 'conversation' && source.countRequests('conversation') > 3) throw offline
    }
    await (await scheduler.refresh(everything)).done
    expect(memory.syncState()).toEqual({ asOf: null, unbrokenSince: null, covered: [] })
    expect(memory.rows.size).toBe(6)
    expect([...memory.rows.values()].filter(({ threadUpdatedAt }) => threadUpdatedAt !== null)).toHaveLength(
      3,
    )
  })

  it('is forgotten after the next success', async () => {
    const { scheduler, source } = startOffline()
    await (await scheduler.refresh(everything)).done
    source.beforeAnswer = async () => {}
    await (await scheduler.run({})).done
    expect(scheduler.status()).toEqual({ running: null, lastError: null })
  })

  it('makes refreshing unavailable for 15 minutes when the token is refused, unless a run is ordered', async () => {
    const { scheduler, pass } = startOffline(refused)
    await (await scheduler.refresh(everything)).done
    pass(899)
    expect(await scheduler.refresh(everything)).toMatchObject({ refresh: 'unavailable', error: refused })
    const ordered = await scheduler.run({})
    await expect(ordered.done).rejects.toBe(refused)
    pass(900)
    expect((await scheduler.refresh(everything)).refresh).toBe('started')
  })

  it('fails the questions that waited behind it, without another attempt', async () => {
    const { scheduler, source } = startSchedulerWorld()
    const { release, reached } = hold(source, 'search')
    const first = await scheduler.refresh(everything)
    await reached
    const behind = await scheduler.refresh(daysAgo(40, 35))
    source.beforeAnswer = async () => {
      throw offline
    }
    release()
    await Promise.all([first.done, behind.done])
    expect(source.countRequests('search')).toBe(1)
    expect(scheduler.status().running).toBeNull()
  })

  it('refuses the store of another workspace and stores nothing', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    const workspace = { id: 'other', name: 'Other', timezone: null, region: null, createdAt: null }
    await memory.store.apply({ workspace })
    const changes = memory.changes.length
    const { done } = await scheduler.run({})
    const error = await done.catch((reason: StorageError) => reason)
    expect(error).toMatchObject({ kind: 'other_workspace' })
    expect(memory.changes).toHaveLength(changes)
    expect(source.requests).toEqual(['me'])
    await expect(scheduler.fetchConversation('c1')).rejects.toMatchObject({ kind: 'other_workspace' })
  })
})
