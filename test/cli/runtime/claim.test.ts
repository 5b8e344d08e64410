import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type ClaimOptions, createClaimer } from '../../../src/cli/runtime/claim'
import { ConnectionLostError } from '../../../src/service/connection-errors'
import { hashToken } from '../../../src/service/handshake'
import type { KeptOut } from '../../../src/service/kept-out'
import type { Claim } from '../../../src/service/shared'
import { acquireLock, type HeldLock, readLockHolder } from '../../../src/storage/sqljs/lock'
import { openTestDriver, temporaryFolder } from '../../helpers/sqljs'
import { createRecordingLogger } from '../../mcp/connect'
import { createSampleService } from '../../mcp/sample-service'

const apiUrl = 'https://api.intercom.io'

function aPath(): string {
  return join(temporaryFolder(), 'data.db')
}

interface Opened {
  locks: HeldLock[]
  views: KeptOut[]
  closed: string[]
}

/** A process on the store, as far as claiming goes. */
function aProcess(dbPath: string, options: Partial<ClaimOptions> = {}, storeId = 'store-1') {
  const opened: Opened = { locks: [], views: [], closed: [] }
  const { version = '0.1.0', accessToken = 'token-a' } = options
  const tokenHash = accessToken === null ? null : hashToken(accessToken, storeId)
  const identity = { productVersion: version, apiUrl, storeId, tokenHash, ...options }
  const claim = createClaimer({
    ...{ dbPath, version, accessToken, apiUrl, ownSettings: {}, logger: createRecordingLogger() },
    async openOwned(lock) {
      opened.locks.push(lock)
      return {
        service: createSampleService(),
        identify: async () => identity,
        close: async () => void opened.closed.push('store'),
      }
    },
    async openView(keptOut) {
      opened.views.push(keptOut)
      return { service: createSampleService(), close: async () => void opened.closed.push('view') }
    },
    ...options,
  })
  return {
    ...opened,
    async claim(): Promise<Claim> {
      const claimed = await claim()
      onTestFinished(() => claimed.close())
      return claimed
    },
  }
}

describe('the first process', () => {
  it('owns the store, and tells since when', async () => {
    const dbPath = aPath()
    const before = Date.now()
    const claim = await aProcess(dbPath).claim()
    expect(claim.role).toBe('owner')
    const since = Date.parse(readLockHolder(dbPath)?.since ?? '')
    expect(since).toBeGreaterThanOrEqual(before)
    expect(since).toBeLessThanOrEqual(Date.now())
  })

  it('gives up the store when its lock is found to be gone, and answers nothing from it any more', async () => {
    const dbPath = aPath()
    const first = aProcess(dbPath)
    const claim = await first.claim()
    rmSync(`${dbPath}.lock.1`)
    await expect(claim.service.getDataInfo({})).rejects.toMatchObject({ kind: 'lost_ownership' })
    await claim.ended
  })

  it('finds out without being asked', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const dbPath = aPath()
    const claim = await aProcess(dbPath).claim()
    rmSync(`${dbPath}.lock.1`)
    await vi.advanceTimersByTimeAsync(2_000)
    await claim.ended
  })
})

describe('a later process', () => {
  it('goes through the door of the first, without a socket or a store of its own', async () => {
    const dbPath = aPath()
    await aProcess(dbPath).claim()
    const second = aProcess(dbPath)
    const claim = await second.claim()
    expect(claim.role).toBe('door')
    expect((await claim.service.getServerStatus({})).process).toMatchObject({ pid: 4242, role: 'door' })
    expect(second.locks).toEqual([])
    expect(readLockHolder(dbPath)?.pid).toBe(process.pid)
  })

  it('sends along what it calls stale and how much it may fetch, which its calls may say otherwise', async () => {
    const dbPath = aPath()
    const service = createSampleService()
    const openOwned: ClaimOptions['openOwned'] = async () => ({
      service,
      identify: async () => ({ productVersion: '0.1.0', apiUrl, storeId: 'store-1', tokenHash: null }),
      close: async () => {},
    })
    await aProcess(dbPath, { openOwned }).claim()
    const door = await aProcess(dbPath, {
      ownSettings: { maxSyncAgeMinutes: 90, backfillLimit: 7 },
    }).claim()
    await door.service.searchConversations({})
    await door.service.searchConversations({}, { maxSyncAgeMinutes: 1 })
    expect(service.calls.map(({ call }) => call)).toMatchObject([
      { maxSyncAgeMinutes: 90, backfillLimit: 7 },
      { maxSyncAgeMinutes: 1, backfillLimit: 7 },
    ])
  })

  it('is told by an owner that has lost the store, and finds the next one', async () => {
    const dbPath = aPath()
    await aProcess(dbPath).claim()
    const second = aProcess(dbPath)
    const door = await second.claim()
    rmSync(`${dbPath}.lock.1`)
    await expect(door.service.getDataInfo({})).rejects.toMatchObject({ kind: 'lost_ownership' })
    expect((await second.claim()).role).toBe('owner')
  })

  it('takes the store over when the owner has let go', async () => {
    const dbPath = aPath()
    const owner = await aProcess(dbPath).claim()
    const second = aProcess(dbPath)
    const door = await second.claim()
    await owner.close()
    await door.ended
    await expect(door.service.getDataInfo({})).rejects.toBeInstanceOf(ConnectionLostError)
    expect((await second.claim()).role).toBe('owner')
    expect(second.locks[0]?.generation).toBe(2)
  })

  it.each([
    ['another token', { accessToken: 'token-b' }, 'token', 'another access token'],
    [
      'another API address',
      { apiUrl: 'https://api.eu.intercom.io' },
      'api_url',
      'https://api.eu.intercom.io',
    ],
  ])('with %s is refused with the reason, and is shown no files', async (_name, options, reason, said) => {
    const dbPath = aPath()
    await aProcess(dbPath).claim()
    const second = aProcess(dbPath, options)
    await expect(second.claim()).rejects.toMatchObject({
      ...{ code: 'owner_refused', reason },
      message: expect.stringContaining(said),
    })
    expect(second.views).toEqual([])
  })
})

describe('a process that sees the files of a store', () => {
  async function aStoreAt(dbPath: string): Promise<string> {
    const driver = await openTestDriver({ path: dbPath })
    onTestFinished(() => driver.close())
    return driver.storeId
  }

  it('goes through the door of an owner that has this store open', async () => {
    const dbPath = aPath()
    const storeId = await aStoreAt(dbPath)
    await aProcess(dbPath, { accessToken: null }, storeId).claim()
    expect((await aProcess(dbPath, { accessToken: null }).claim()).role).toBe('door')
  })

  it('is refused by an owner that has another one open, and told what to do', async () => {
    const dbPath = aPath()
    await aProcess(dbPath, {}, 'store-1').claim()
    await aStoreAt(dbPath)
    await expect(aProcess(dbPath).claim()).rejects.toMatchObject({
      ...{ code: 'owner_refused', reason: 'store' },
      hint: expect.stringContaining('Restart the MCP clients'),
    })
  })
})

describe('beside an owner of another version', () => {
  it('a process reads the files, and says which process to do something about', async () => {
    const dbPath = aPath()
    await aProcess(dbPath).claim()
    const second = aProcess(dbPath, { version: '0.2.0' })
    expect((await second.claim()).role).toBe('read_only')
    expect(second.views).toMatchObject([
      {
        owner: { pid: process.pid, since: expect.stringMatching(/^\d{4}-/) },
        reason: expect.stringContaining('is served by version 0.1.0, this is version 0.2.0'),
        hint: expect.stringContaining('Restart'),
      },
    ])
  })

  it('asks anew as soon as the store has changed hands', async () => {
    const dbPath = aPath()
    const owner = await aProcess(dbPath).claim()
    const second = aProcess(dbPath, { version: '0.2.0' })
    const view = await second.claim()
    await owner.close()
    await view.ended
    expect((await second.claim()).role).toBe('owner')
  })
})

/** A process that listens, has the lock and does nothing with its connections, as one that is stopped. */
async function aStoppedOwner(dbPath: string): Promise<void> {
  const socket = `${dbPath}.socket.stopped`
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const result = await acquireLock({ dbPath, socket, key: 'c0ffee' })
  if (result.kind !== 'held') throw new Error('the lock is taken')
  onTestFinished(() => void server.close())
}

describe.skipIf(process.platform === 'win32')('beside an owner that does not answer', () => {
  it('a process that listens at its address counts as the owner, though nobody hears', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const dbPath = aPath()
    await aStoppedOwner(dbPath)
    const second = aProcess(dbPath)
    const claiming = second.claim()
    await vi.waitFor(() =>
      vi.advanceTimersByTimeAsync(5_000).then(() => expect(second.views).toHaveLength(1)),
    )
    expect((await claiming).role).toBe('read_only')
    expect(second.views[0]).toMatchObject({
      owner: { pid: process.pid },
      reason: `process ${process.pid}, which has the data, does not answer`,
    })
    expect(second.locks).toEqual([])
  })

  it('the error comes first, and the files only when the owner has been deaf for three seconds', async () => {
    const dbPath = aPath()
    // Its process lives (it is this one), and its socket is gone, as when it ends and still flushes.
    await acquireLock({ dbPath, socket: `${dbPath}.socket.gone`, key: 'c0ffee' })
    let now = 0
    const second = aProcess(dbPath, { nowMs: () => now })
    await expect(second.claim()).rejects.toMatchObject({ kind: 'gone' })
    now = 2_900
    await expect(second.claim()).rejects.toMatchObject({ kind: 'gone' })
    now = 3_000
    expect((await second.claim()).role).toBe('read_only')
    expect(second.locks).toEqual([])
  })
})
