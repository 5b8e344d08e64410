import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createFileLayer, type FileLayer } from '../../../src/storage/sqljs/file-layer'
import { acquireLock, type HeldLock, type LockRequest, readLockHolder } from '../../../src/storage/sqljs/lock'
import type { LockRecord } from '../../../src/storage/sqljs/lock-record'
import { temporaryFolder } from '../../helpers/sqljs'
import { systemError } from './volatile-files'

const here = { machineId: 'machine-a', bootId: 'boot-1', pidSpace: 'pid:[1]' }

function aRequest(dbPath: string, options: Partial<LockRequest> = {}): LockRequest {
  return { dbPath, socket: '', key: 'c0ffee', machine: here, sleep: async () => {}, ...options }
}

async function hold(dbPath: string, options: Partial<LockRequest> = {}): Promise<HeldLock> {
  const result = await acquireLock(aRequest(dbPath, options))
  if (result.kind !== 'held') throw new Error('The lock is taken')
  return result.lock
}

function aPath(): string {
  return join(temporaryFolder(), 'data.db')
}

function names(dbPath: string): string[] {
  return readdirSync(dirname(dbPath)).sort()
}

/** A lock as another process would have left it. */
function writeLock(dbPath: string, number: number, record: Partial<LockRecord>): void {
  const complete = { pid: 1, pidStart: '', ...here, socket: '', key: 'aa', ...record }
  writeFileSync(`${dbPath}.lock.${number}`, JSON.stringify(complete))
}

// A number that was in use a moment ago and is not now.
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

describe('an unowned store', () => {
  it('is locked with a file that says who and where, for the user alone', async () => {
    const dbPath = join(temporaryFolder(), 'new', 'data.db')
    const lock = await hold(dbPath, { socket: '/run/example.sock' })
    expect(lock.generation).toBe(1)
    expect(lock.isHeld()).toBe(true)
    expect(names(dbPath)).toEqual(['data.db.lock.1'])
    expect(readLockHolder(dbPath)).toMatchObject({
      pid: process.pid,
      machineId: 'machine-a',
      bootId: 'boot-1',
      socket: '/run/example.sock',
      key: 'c0ffee',
    })
    if (process.platform !== 'win32') expect(statSync(`${dbPath}.lock.1`).mode & 0o777).toBe(0o600)
  })

  it('is told from one that was freed only by its number, which goes on', async () => {
    const dbPath = aPath()
    const first = await hold(dbPath)
    first.release()
    expect(first.isHeld()).toBe(false)
    expect(readFileSync(`${dbPath}.lock.1`, 'utf8')).toBe('{"free":true}\n')
    expect(readLockHolder(dbPath)).toBeNull()
    const second = await hold(dbPath)
    expect(second.generation).toBe(2)
    expect(names(dbPath)).toEqual(['data.db.lock.2'])
    first.release()
    expect(second.isHeld()).toBe(true)
  })
})

describe('a living owner', () => {
  it('is named, not robbed', async () => {
    const dbPath = aPath()
    const lock = await hold(dbPath, { socket: '' })
    const result = await acquireLock(aRequest(dbPath))
    expect(result).toEqual({ kind: 'taken', holder: readLockHolder(dbPath) })
    expect(lock.isHeld()).toBe(true)
  })

  it('is who accepts a connection, though silent and whatever its process number', async () => {
    const socket = join(tmpdir(), `fast-intercom-test-${process.pid}.sock`)
    const address = process.platform === 'win32' ? `\\\\.\\pipe\\fast-intercom-test-${process.pid}` : socket
    const server = createServer(() => {})
    await new Promise<void>((resolve) => server.listen(address, resolve))
    onTestFinished(() => void server.close())
    const dbPath = aPath()
    writeLock(dbPath, 3, { pid: deadPid(), bootId: 'boot-0', socket: address })
    expect((await acquireLock(aRequest(dbPath))).kind).toBe('taken')
  })
})

describe('a dead owner', () => {
  it.each<[string, () => Partial<LockRecord>]>([
    ['whose process is gone', () => ({ pid: deadPid() })],
    ['whose socket nobody serves', () => ({ pid: deadPid(), socket: join(tmpdir(), 'absent.sock') })],
    ['of before the last start of the computer', () => ({ pid: process.pid, bootId: 'boot-0' })],
  ])('%s is followed by the next number', async (_name, record) => {
    const dbPath = aPath()
    writeLock(dbPath, 6, {})
    writeLock(dbPath, 7, record())
    expect((await hold(dbPath)).generation).toBe(8)
    expect(names(dbPath)).toEqual(['data.db.lock.8'])
  })

  it.skipIf(process.platform !== 'linux')('is recognised when its number is in use again', async () => {
    const dbPath = aPath()
    writeLock(dbPath, 1, { pid: process.pid, pidStart: '12345' })
    expect((await hold(dbPath)).generation).toBe(2)
  })

  it.skipIf(process.platform !== 'linux')('has ended even if its parent has not noticed', async () => {
    const dbPath = aPath()
    // The shell starts a process that ends soon, and becomes another one before that, which does not ask after it.
    const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void parent.kill('SIGKILL'))
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
    await vi.waitUntil(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '), { timeout: 10_000 })
    writeLock(dbPath, 1, { pid })
    expect((await hold(dbPath)).generation).toBe(2)
  })

  it('is not made of a lock that is just being written', async () => {
    const dbPath = aPath()
    writeFileSync(`${dbPath}.lock.1`, '')
    let sleeps = 0
    const sleep = async (): Promise<void> => {
      sleeps++
      if (sleeps === 3) writeLock(dbPath, 1, { pid: process.pid })
    }
    expect((await acquireLock(aRequest(dbPath, { sleep }))).kind).toBe('taken')
  })

  it('is made of a lock that stays empty', async () => {
    const dbPath = aPath()
    writeFileSync(`${dbPath}.lock.1`, '')
    expect((await hold(dbPath)).generation).toBe(2)
  })
})

describe('a lock of another computer', () => {
  it('is refused with the file to delete, and left alone', async () => {
    const dbPath = aPath()
    writeLock(dbPath, 4, { machineId: 'machine-b', bootId: 'boot-9', pid: deadPid() })
    await expect(acquireLock(aRequest(dbPath))).rejects.toMatchObject({
      kind: 'locked',
      hint: expect.stringContaining(`delete ${dbPath}.lock.4`),
    })
    expect(names(dbPath)).toEqual(['data.db.lock.4'])
  })

  it('is not seen in a container on the same computer', async () => {
    const dbPath = aPath()
    writeLock(dbPath, 4, { machineId: 'machine-b', bootId: 'boot-1', pid: deadPid() })
    expect((await hold(dbPath)).generation).toBe(5)
  })
})

describe.skipIf(process.platform === 'win32')('a lock of another container on the same computer', () => {
  const there = { bootId: '4a1f', pidSpace: 'pid:[2]' }
  const inContainer = { machine: { machineId: '', bootId: '4a1f', pidSpace: 'pid:[1]' } }

  it('is not judged by a process number, which means another process here', async () => {
    const dbPath = aPath()
    writeLock(dbPath, 4, { ...there, pid: deadPid(), socket: '/run/of/the/other/one.sock' })
    await expect(acquireLock(aRequest(dbPath, inContainer))).rejects.toMatchObject({
      kind: 'locked',
      message: 'The data folder is in use by another container.',
      hint: expect.stringContaining(`delete ${dbPath}.lock.4`),
    })
    expect(names(dbPath)).toEqual(['data.db.lock.4'])
  })

  it('is held by whoever accepts at the socket beside the data, under whatever path the folder is seen', async () => {
    const dbPath = aPath()
    const server = createServer(() => {})
    await new Promise<void>((resolve) => server.listen(`${dbPath}.socket.1`, resolve))
    onTestFinished(() => void server.close())
    writeLock(dbPath, 4, { ...there, pid: deadPid(), socket: 'data.db.socket.1' })
    const result = await acquireLock(aRequest(dbPath, inContainer))
    expect(result).toMatchObject({ kind: 'taken', holder: { socket: `${dbPath}.socket.1` } })
  })

  it('is free when the socket beside the data is there and nobody behind it, though the number is in use', async () => {
    const dbPath = aPath()
    const die = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', die, `${dbPath}.socket.1`])
    writeLock(dbPath, 4, { ...there, pid: process.pid, socket: 'data.db.socket.1' })
    expect((await hold(dbPath, inContainer)).generation).toBe(5)
  })

  it('names a socket beside the data without the folder', async () => {
    const dbPath = aPath()
    await hold(dbPath, { socket: `${dbPath}.socket.1` })
    expect(JSON.parse(readFileSync(`${dbPath}.lock.1`, 'utf8'))).toMatchObject({ socket: 'data.db.socket.1' })
    expect(readLockHolder(dbPath)?.socket).toBe(`${dbPath}.socket.1`)
  })
})

describe('the holder', () => {
  it('sees a successor, and its own file gone', async () => {
    const dbPath = aPath()
    const lock = await hold(dbPath)
    writeLock(dbPath, 2, {})
    expect(lock.isHeld()).toBe(false)
    rmSync(`${dbPath}.lock.2`)
    expect(lock.isHeld()).toBe(true)
    rmSync(`${dbPath}.lock.1`)
    expect(lock.isHeld()).toBe(false)
  })

  it('does not free what is no longer its own', async () => {
    const dbPath = aPath()
    const lock = await hold(dbPath)
    rmSync(`${dbPath}.lock.1`)
    writeLock(dbPath, 1, { pid: 4242 })
    lock.release()
    expect(readLockHolder(dbPath)?.pid).toBe(4242)
  })
})

describe('the race', () => {
  it('is lost when somebody got further meanwhile', async () => {
    const dbPath = aPath()
    writeLock(dbPath, 1, { pid: deadPid() })
    // While this one judges the dead owner at 1, others take 2 and 3 and clean up behind them.
    const judge = async (record: LockRecord) => {
      if (record.pid === process.pid) return 'alive'
      rmSync(`${dbPath}.lock.1`)
      writeLock(dbPath, 3, { pid: process.pid })
      return 'dead'
    }
    const result = await acquireLock(aRequest(dbPath, { judge }))
    expect(result).toMatchObject({ kind: 'taken', holder: { pid: process.pid } })
    expect(names(dbPath)).toEqual(['data.db.lock.3'])
  })

  // EISDIR is what Windows says of FAT and exFAT.
  it.each(['EPERM', 'ENOTSUP', 'EISDIR'])(
    'is decided by exclusive creation without links (%s)',
    async (code) => {
      const files: FileLayer = {
        ...createFileLayer(),
        link: () => {
          throw systemError(code)
        },
      }
      const dbPath = aPath()
      const lock = await hold(dbPath, { files })
      expect(lock.isHeld()).toBe(true)
      expect((await acquireLock(aRequest(dbPath, { files }))).kind).toBe('taken')
      lock.release()
      expect((await hold(dbPath, { files })).generation).toBe(2)
    },
  )
})

describe('a folder that cannot be written', () => {
  it.each([
    ['EROFS', 'read_only'],
    ['ENOSPC', 'disk_full'],
  ])('(%s) is a StorageError of kind %s', async (code, kind) => {
    const files: FileLayer = {
      ...createFileLayer(),
      create: () => {
        throw systemError(code)
      },
    }
    await expect(acquireLock(aRequest(aPath(), { files }))).rejects.toMatchObject({ kind })
  })

  it('does not keep a lock from being freed', async () => {
    const dbPath = aPath()
    let isFull = false
    const real = createFileLayer()
    const create: FileLayer['create'] = (path, bytes) => {
      if (isFull) throw systemError('ENOSPC')
      real.create(path, bytes)
    }
    const lock = await hold(dbPath, { files: { ...real, create } })
    isFull = true
    lock.release()
    expect(names(dbPath)).toEqual([])
  })
})
