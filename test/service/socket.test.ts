import { mkdirSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { connect, createServer, Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { IntercomApiError, NotFoundError, StorageError, UserInputError } from '../../src/domain/errors'
import {
  ConnectionLostError,
  OwnerRefusedError,
  OwnerUnreachableError,
} from '../../src/service/connection-errors'
import { createFrameChannel } from '../../src/service/frames'
import { createSocketKey, hashToken, type OwnerIdentity } from '../../src/service/handshake'
import { acceptDoor } from '../../src/service/owner-handshake'
import { connectToOwner, type DoorOptions } from '../../src/service/remote'
import type { CallOptions, Service } from '../../src/service/service'
import { listenForDoors, type OwnerSocketOptions } from '../../src/service/socket'
import { createSocketAddresses } from '../../src/service/socket-address'
import { temporaryFolder } from '../helpers/sqljs'
import { createDeferred, createRecordingLogger } from '../mcp/connect'
import { aProgress, createSampleService, searchAnswer, statusAnswer } from '../mcp/sample-service'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const key = createSocketKey()
const identity: OwnerIdentity = {
  productVersion: '0.1.0',
  apiUrl: 'https://api.intercom.io',
  storeId: 'store-1',
  tokenHash: hashToken('token-a', 'store-1'),
}

/** An address of its own in a folder that goes with the test. */
async function anAddress(): Promise<string> {
  return (await createSocketAddresses(join(temporaryFolder(), 'data.db')))[0] ?? ''
}

async function listen(service: Service, options: Partial<OwnerSocketOptions> & { address?: string } = {}) {
  const address = options.address ?? (await anAddress())
  const logger = createRecordingLogger()
  const session = async () => ({ identity, service })
  const owner = await listenForDoors({ addresses: [address], key, session, logger, ...options })
  cleanups.push(() => owner.close())
  const enter = async (door: Partial<DoorOptions> = {}) => {
    const entered = await connectToOwner({
      address,
      key,
      productVersion: '0.1.0',
      token: 'token-a',
      apiUrl: 'https://api.intercom.io',
      readStoreId: () => null,
      ...door,
    })
    cleanups.push(() => entered.close())
    return entered
  }
  return { owner, logger, address, enter }
}

describe('calls through a door', () => {
  test('reach the owner’s service and bring its answer back', async () => {
    const service = createSampleService()
    const { enter } = await listen(service)
    const door = await enter()
    expect(await door.service.searchConversations({ query: 'refund', filters: { tags: ['日本'] } })).toEqual(
      searchAnswer,
    )
    expect(service.calls[0]?.request).toEqual({ query: 'refund', filters: { tags: ['日本'] } })
  })

  test('overlap, and an answer finds its own call', async () => {
    const slow = createDeferred()
    const { enter } = await listen(
      createSampleService({
        getDataInfo: async () => {
          await slow.promise
          return { has_data: false, message: 'slow' }
        },
      }),
    )
    const door = await enter()
    const first = door.service.getDataInfo({})
    expect((await door.service.getServerStatus({})).version).toBe('0.1.0')
    slow.resolve()
    expect(await first).toEqual({ has_data: false, message: 'slow' })
  })

  test('a status tells that it was seen through a door, and keeps the owner’s pid', async () => {
    const { enter } = await listen(createSampleService())
    const door = await enter()
    expect(await door.service.getServerStatus({})).toEqual({
      ...statusAnswer,
      process: { ...statusAnswer.process, pid: 4242, role: 'door', owner_pid: 4242 },
    })
  })

  test('an answer of several megabytes arrives whole', async () => {
    const text = 'é'.repeat(3_000_000)
    const { enter } = await listen(
      createSampleService({ getDataInfo: async () => ({ has_data: false, message: text }) }),
    )
    const door = await enter()
    expect(await door.service.getDataInfo({})).toEqual({ has_data: false, message: text })
  })

  test('progress comes back while the call runs', async () => {
    const { enter } = await listen(
      createSampleService({
        async forceSync(_request, call) {
          call?.onProgress?.(aProgress({ done: 1 }))
          call?.onProgress?.(aProgress({ done: 2 }))
          return { success: true, message: 'Done.', conversations: 0, messages: 0, duration_seconds: 0 }
        },
      }),
    )
    const door = await enter()
    const onProgress = vi.fn()
    await door.service.forceSync({}, { onProgress })
    expect(onProgress.mock.calls.map(([progress]) => progress.done)).toEqual([1, 2])
  })

  test('an aborted call aborts at the owner and rejects with the caller’s own reason', async () => {
    const started = createDeferred<CallOptions | undefined>()
    const { enter, logger } = await listen(
      createSampleService({
        forceSync: (_request, call) =>
          new Promise((_resolve, reject) => {
            started.resolve(call)
            call?.signal?.addEventListener('abort', () => reject(new Error('aborted over there')))
          }),
      }),
    )
    const door = await enter()
    const abort = new AbortController()
    const call = door.service.forceSync({}, { signal: abort.signal })
    const seen = await started.promise
    abort.abort(new Error('the person pressed a key'))
    await expect(call).rejects.toThrow('the person pressed a key')
    await vi.waitFor(() => expect(seen?.signal?.aborted).toBe(true))
    expect(logger.lines).toEqual([])
  })

  test.each([
    new UserInputError('Not a timeframe.', { hint: 'Say "last week".' }),
    new NotFoundError('No such conversation.'),
    new IntercomApiError('rate_limited', 'Intercom asks for patience.', { hint: 'Wait.' }),
    new StorageError('disk_full', 'The disk is full.'),
  ])('%s is the same error at the far end', async (error) => {
    const { enter } = await listen(
      createSampleService({
        getDataInfo: async () => {
          throw error
        },
      }),
    )
    const door = await enter()
    const received = await door.service.getDataInfo({}).catch((caught) => caught)
    expect(received).toBeInstanceOf(error.constructor)
    expect({ ...received, message: received.message }).toEqual({ ...error, message: error.message })
  })

  test('a bug of the owner is logged there and stays a plain error without its text here', async () => {
    const { enter, logger } = await listen(
      createSampleService({
        getDataInfo: async () => {
          throw new TypeError('secret detail')
        },
      }),
    )
    const door = await enter()
    const received = await door.service.getDataInfo({}).catch((caught) => caught)
    expect(received.name).toBe('Error')
    expect(received.message).not.toContain('secret detail')
    expect(JSON.stringify(logger.lines)).toContain('secret detail')
  })
})

describe('who is let in', () => {
  async function refusal(door: Partial<DoorOptions>, owner: Partial<OwnerIdentity> = {}) {
    const { enter } = await listen(createSampleService(), {
      session: async () => ({ identity: { ...identity, ...owner }, service: createSampleService() }),
    })
    const error = await enter(door).catch((caught) => caught)
    expect(error).toBeInstanceOf(OwnerRefusedError)
    return error.reason
  }

  test('a door that does not know the key is told nothing', async () => {
    expect(await refusal({ key: createSocketKey() })).toBe('key')
  })

  test('an owner that does not know the key is not believed', async () => {
    const { enter } = await listen(createSampleService(), { key: createSocketKey() })
    await expect(enter()).rejects.toMatchObject({ reason: 'key' })
  })

  test('another version, store, token or API address is refused with that reason', async () => {
    expect(await refusal({ productVersion: '0.2.0' })).toBe('version')
    expect(await refusal({ readStoreId: () => 'store-2' })).toBe('store')
    expect(await refusal({ token: 'token-b' })).toBe('token')
    expect(await refusal({ apiUrl: 'https://api.eu.intercom.io' })).toBe('api_url')
  })

  test('a door without a token is served, whatever its API address', async () => {
    const { enter } = await listen(createSampleService())
    const door = await enter({ token: null, apiUrl: 'https://api.eu.intercom.io' })
    expect((await door.service.getServerStatus({})).version).toBe('0.1.0')
  })

  test('a door waits while the owner is still opening the store', async () => {
    const opened = createDeferred<{ identity: OwnerIdentity; service: Service }>()
    const { enter } = await listen(createSampleService(), { session: () => opened.promise })
    const entering = enter()
    opened.resolve({ identity, service: createSampleService() })
    expect((await (await entering).service.getDataInfo({})).has_data).toBe(false)
  })

  test('a store that cannot be opened is told with its reason', async () => {
    const { enter } = await listen(createSampleService(), {
      session: async () => {
        throw new StorageError('newer_schema', 'The data is of a newer version.', { hint: 'Update.' })
      },
    })
    await expect(enter()).rejects.toMatchObject({
      message: 'The data is of a newer version.',
      hint: 'Update.',
    })
  })

  test('a stranger that sends garbage or too much is dropped, and the next door is served', async () => {
    const { enter, address } = await listen(createSampleService())
    for (const garbage of ['GET / HTTP/1.1\r\n\r\n', '[]\n', '"x"\n', 'a'.repeat(100_000)]) {
      const stranger = connect(address)
      stranger.on('error', () => {})
      stranger.write(garbage)
      await new Promise((resolve) => stranger.once('close', resolve))
    }
    expect((await (await enter()).service.getDataInfo({})).has_data).toBe(false)
  })
})

describe('ends that go away', () => {
  test('nobody listening is an owner that is gone', async () => {
    const { enter, owner } = await listen(createSampleService())
    await owner.close()
    const error = await enter().catch((caught) => caught)
    expect(error).toBeInstanceOf(OwnerUnreachableError)
    expect(error.kind).toBe('gone')
  })

  test('an owner that does not finish the handshake in time is silent', async () => {
    const { enter } = await listen(createSampleService(), { session: () => new Promise(() => {}) })
    await expect(enter({ timeoutMs: 20 })).rejects.toMatchObject({ kind: 'silent' })
  })

  test('calls under way reject when the owner ends, and so do later ones', async () => {
    const started = createDeferred<CallOptions | undefined>()
    const { enter, owner } = await listen(
      createSampleService({
        forceSync: (_request, call) => {
          started.resolve(call)
          return new Promise(() => {})
        },
      }),
    )
    const door = await enter()
    const call = door.service.forceSync({})
    const lost = expect(call).rejects.toBeInstanceOf(ConnectionLostError)
    const seen = await started.promise
    await owner.close()
    await lost
    await door.closed
    await expect(door.service.getDataInfo({})).rejects.toBeInstanceOf(ConnectionLostError)
    await vi.waitFor(() => expect(seen?.signal?.aborted).toBe(true))
  })

  test('a long call goes on as long as the owner answers pings', async () => {
    const ended = createDeferred()
    const { enter } = await listen(
      createSampleService({
        getDataInfo: async () => {
          await ended.promise
          return { has_data: false, message: 'late' }
        },
      }),
    )
    const door = await enter({ pingEveryMs: 1 })
    const call = door.service.getDataInfo({})
    for (let turn = 0; turn < 20; turn += 1) await door.service.getServerStatus({})
    ended.resolve()
    expect(await call).toEqual({ has_data: false, message: 'late' })
  })

  test('a caller that gives up is not kept waiting by an owner that does not answer', async () => {
    const started = createDeferred<CallOptions | undefined>()
    const { enter } = await listen(
      createSampleService({
        forceSync: (_request, call) => {
          started.resolve(call)
          return new Promise(() => {})
        },
      }),
    )
    const door = await enter()
    const abort = new AbortController()
    const call = door.service.forceSync({}, { signal: abort.signal })
    await started.promise
    abort.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
  })

  test('an attempt to connect ends when it is told to', async () => {
    const { enter } = await listen(createSampleService(), { session: () => new Promise(() => {}) })
    const abort = new AbortController()
    const entering = enter({ signal: abort.signal })
    const ended = expect(entering).rejects.toBeInstanceOf(OwnerUnreachableError)
    abort.abort()
    await ended
  })

  test('an owner that answers neither calls nor pings counts as silent, and its calls as lost', async () => {
    const address = await anAddress()
    const service = createSampleService()
    const stopped = createServer((socket) => {
      void acceptDoor(createFrameChannel(socket), { key, session: async () => ({ identity, service }) })
    })
    await new Promise<void>((resolve) => stopped.listen(address, resolve))
    cleanups.push(() => new Promise((resolve) => stopped.close(resolve)))
    const { enter } = await listen(service)
    const door = await enter({ address, pingEveryMs: 1 })
    await expect(door.service.getDataInfo({})).rejects.toBeInstanceOf(ConnectionLostError)
    expect(await door.closed).toBe('silent')
  })

  test('a connection that ended by itself was not silent', async () => {
    const { enter, owner } = await listen(createSampleService())
    const door = await enter()
    await owner.close()
    expect(await door.closed).toBe('ended')
  })

  test.skipIf(process.platform === 'win32')(
    'the socket is the user’s alone and comes back when it is purged',
    async () => {
      const { enter, address } = await listen(createSampleService(), { checkFileEveryMs: 5 })
      expect((await stat(address)).mode & 0o077).toBe(0)
      const before = await enter()
      await rm(address)
      await vi.waitFor(() => stat(address))
      expect((await (await enter()).service.getDataInfo({})).has_data).toBe(false)
      expect((await before.service.getDataInfo({})).has_data).toBe(false)
    },
  )

  test.skipIf(process.platform === 'win32')(
    'the socket comes back when its folder is purged with it',
    async () => {
      const folder = join(temporaryFolder(), 'sockets')
      mkdirSync(folder)
      const { enter, address } = await listen(createSampleService(), {
        address: join(folder, 'a.sock'),
        checkFileEveryMs: 5,
      })
      await rm(folder, { recursive: true })
      await vi.waitFor(() => stat(address))
      expect((await stat(folder)).mode & 0o077).toBe(0)
      expect((await (await enter()).service.getDataInfo({})).has_data).toBe(false)
    },
  )

  test('a connection that cannot be accepted is logged and does not end the process', async () => {
    const unref = vi.spyOn(Server.prototype, 'unref')
    const { enter, logger } = await listen(createSampleService())
    const server = unref.mock.contexts[0] as Server | undefined
    unref.mockRestore()
    expect(() => server?.emit('error', new Error('accept EMFILE'))).not.toThrow()
    expect(logger.lines.map(({ level }) => level)).toContain('warn')
    expect((await (await enter()).service.getDataInfo({})).has_data).toBe(false)
  })
})
