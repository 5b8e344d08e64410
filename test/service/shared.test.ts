import { describe, expect, test, vi } from 'vitest'
import { AppError, StorageError, UserInputError } from '../../src/domain/errors'
import { ConnectionLostError, OwnerUnreachableError } from '../../src/service/connection-errors'
import { type Claim, createSharedService } from '../../src/service/shared'
import { createDeferred } from '../mcp/connect'
import { createSampleService } from '../mcp/sample-service'

const dataInfo = { has_data: false as const, message: 'No successful sync found' }

function aDoor(service = createSampleService()) {
  const lost = createDeferred()
  const claim: Claim = { role: 'door', service, ended: lost.promise, close: async () => {} }
  return { claim, lose: lost.resolve }
}

function anOwner(service = createSampleService()): Claim & { closed: number } {
  const claim = {
    role: 'owner' as const,
    service,
    ended: new Promise(() => {}),
    closed: 0,
    close: async () => {
      claim.closed += 1
    },
  }
  return claim as unknown as Claim & { closed: number }
}

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

function aView(service = createSampleService()) {
  const close = vi.fn(async () => {})
  const awake = createDeferred()
  const claim: Claim = { role: 'read_only', service, ended: awake.promise, close }
  return { claim, close, wakeOwner: awake.resolve }
}

function share(claims: (Claim | Error)[]) {
  const pauses: number[] = []
  let claimed = 0
  const shared = createSharedService({
    claim: async () => {
      const next = claims[Math.min(claimed, claims.length - 1)]
      claimed += 1
      if (next === undefined || next instanceof Error) throw next
      return next
    },
    sleep: async (ms) => {
      pauses.push(ms)
    },
    random: () => 0.5,
  })
  return { shared, pauses, claimed: () => claimed }
}

describe('a shared service', () => {
  test('claims the store once for many calls', async () => {
    const { shared, claimed } = share([anOwner()])
    expect(claimed()).toBe(0)
    await Promise.all([shared.service.getDataInfo({}), shared.service.getDataInfo({})])
    expect(claimed()).toBe(1)
    expect(shared.role()).toBe('owner')
  })

  test('repeats a call whose owner vanished half-way, at whoever owns the store then', async () => {
    const vanished = createDeferred()
    const through = aDoor(
      createSampleService({
        getDataInfo: async () => {
          await vanished.promise
          throw new ConnectionLostError()
        },
      }),
    )
    const { shared, claimed, pauses } = share([through.claim, anOwner()])
    const call = shared.service.getDataInfo({})
    through.lose()
    vanished.resolve()
    expect(await call).toEqual(dataInfo)
    expect(claimed()).toBe(2)
    expect(pauses).toEqual([30])
    expect(shared.role()).toBe('owner')
  })

  test('claims anew for the next call when the owner went away between two', async () => {
    const through = aDoor()
    const { shared, claimed } = share([through.claim, anOwner()])
    await shared.service.getDataInfo({})
    through.lose()
    await Promise.resolve()
    await Promise.resolve()
    expect(shared.role()).toBe(null)
    expect(await shared.service.getDataInfo({})).toEqual(dataInfo)
    expect(claimed()).toBe(2)
  })

  test('tries again, with growing pauses, while the old owner is still letting go', async () => {
    const gone = new OwnerUnreachableError('gone')
    const { shared, pauses } = share([gone, gone, gone, anOwner()])
    expect(await shared.service.getDataInfo({})).toEqual(dataInfo)
    expect(pauses).toEqual([30, 60, 120])
  })

  test('gives up after a bounded number of attempts', async () => {
    const { shared, claimed } = share([new OwnerUnreachableError('gone')])
    await expect(shared.service.getDataInfo({})).rejects.toBeInstanceOf(OwnerUnreachableError)
    expect(claimed()).toBe(12)
  })

  test('an error of the call itself is not repeated', async () => {
    const owner = anOwner(
      createSampleService({
        getDataInfo: async () => {
          throw new UserInputError('No.')
        },
      }),
    )
    const { shared, claimed } = share([owner])
    await expect(shared.service.getDataInfo({})).rejects.toBeInstanceOf(UserInputError)
    expect(claimed()).toBe(1)
    expect(owner.closed).toBe(0)
  })

  test('an owner that has lost the store to another lets go and looks for the new one', async () => {
    const dethroned = anOwner(
      createSampleService({
        getDataInfo: async () => {
          throw new StorageError('lost_ownership', 'Another process took the store.')
        },
      }),
    )
    const { shared } = share([dethroned, aDoor().claim])
    expect(await shared.service.getDataInfo({})).toEqual(dataInfo)
    expect(dethroned.closed).toBe(1)
    expect(shared.role()).toBe('door')
  })

  test('closing waits for a store that is still being given up', async () => {
    const flushed = createDeferred()
    const dethroned: Claim = {
      role: 'owner',
      ended: new Promise(() => {}),
      service: createSampleService({
        getDataInfo: async () => {
          throw new StorageError('lost_ownership', 'Another process took the store.')
        },
      }),
      close: () => flushed.promise,
    }
    const { shared } = share([dethroned, aDoor().claim])
    await shared.service.getDataInfo({})
    let closed = false
    const closing = shared.close().then(() => {
      closed = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(closed).toBe(false)
    flushed.resolve()
    await closing
  })

  test('a refusal is told, and the next call asks again', async () => {
    const { shared } = share([new StorageError('locked', 'Held elsewhere.'), anOwner()])
    await expect(shared.service.getDataInfo({})).rejects.toThrow('Held elsewhere.')
    expect(await shared.service.getDataInfo({})).toEqual(dataInfo)
  })

  test('a read-only view is left when the owner answers again, and closed after its last call', async () => {
    const call = createDeferred()
    const view = aView(
      createSampleService({
        getDataInfo: async () => {
          await call.promise
          return dataInfo
        },
      }),
    )
    const { shared } = share([view.claim, aDoor().claim])
    const slow = shared.service.getDataInfo({})
    await settle()
    view.wakeOwner()
    await settle()
    expect(await shared.service.getServerStatus({})).toMatchObject({ version: '0.1.0' })
    expect(shared.role()).toBe('door')
    expect(view.close).not.toHaveBeenCalled()
    call.resolve()
    expect(await slow).toEqual(dataInfo)
    await settle()
    expect(view.close).toHaveBeenCalledTimes(1)
  })

  test('a read-only view that nobody is using is closed as soon as the owner answers again', async () => {
    const view = aView()
    const { shared, claimed } = share([view.claim, aDoor().claim])
    await shared.service.getDataInfo({})
    view.wakeOwner()
    await settle()
    expect(view.close).toHaveBeenCalledTimes(1)
    expect(shared.role()).toBe(null)
    expect(claimed()).toBe(1)
  })

  test('a door whose owner finds that it has lost the store goes to the next owner', async () => {
    const lost = aDoor(
      createSampleService({
        getDataInfo: async () => {
          throw new StorageError('lost_ownership', 'Another process has taken over the data.')
        },
      }),
    )
    const { shared, claimed } = share([lost.claim, aDoor().claim])
    expect(await shared.service.getDataInfo({})).toEqual(dataInfo)
    expect(claimed()).toBe(2)
  })

  test('a call that fails because its store is given up under it is repeated at the next owner', async () => {
    const stopped = createDeferred()
    const dethroned = anOwner(
      createSampleService({
        forceSync: async () => {
          await stopped.promise
          throw new AppError('stopped', 'The process is ending.')
        },
      }),
    )
    const lost = createDeferred()
    dethroned.ended = lost.promise
    const { shared } = share([dethroned, aDoor().claim])
    const synced = shared.service.forceSync({})
    await settle()
    lost.resolve()
    await settle()
    expect(dethroned.closed).toBe(1)
    stopped.resolve()
    expect(await synced).toMatchObject({ success: true })
    expect(shared.role()).toBe('door')
    expect(dethroned.closed).toBe(1)
  })

  test('a call that its caller has ended is not repeated, whatever became of the owner', async () => {
    const through = aDoor(
      createSampleService({
        forceSync: async () => {
          throw new ConnectionLostError()
        },
      }),
    )
    const { shared, claimed } = share([through.claim])
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(shared.service.forceSync({}, { signal })).rejects.toBeInstanceOf(ConnectionLostError)
    expect(claimed()).toBe(1)
  })

  test('what a read-only view cannot do is an error, not a reason to claim again', async () => {
    const view = aView(
      createSampleService({
        getDataInfo: async () => {
          throw new StorageError('lost_ownership', 'Open for reading only.')
        },
      }),
    )
    const { shared, claimed } = share([view.claim])
    await expect(shared.service.getDataInfo({})).rejects.toThrow('Open for reading only.')
    expect(claimed()).toBe(1)
  })

  test('closing twice lets go once, and later calls reject', async () => {
    const owner = anOwner()
    const { shared } = share([owner])
    await shared.service.getDataInfo({})
    await Promise.all([shared.close(), shared.close()])
    expect(owner.closed).toBe(1)
    await expect(shared.service.getDataInfo({})).rejects.toBeInstanceOf(ConnectionLostError)
  })
})
