import type { SqlJs } from 'sql.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StorageError } from '../../../src/domain/errors'
import type { Store } from '../../../src/storage/port'
import { createSqlStore } from '../../../src/storage/sql-store'
import { createSqliteDialect } from '../../../src/storage/sqlite-dialect'
import { loadStore } from '../../../src/storage/sqljs/load-store'
import { openSqljsStore } from '../../../src/storage/sqljs/open-sqljs-store'
import { openReadOnlyView } from '../../../src/storage/sqljs/read-only-view'
import { toEngineError, toStorageError } from '../../../src/storage/sqljs/storage-failure'
import { aThread } from '../../helpers/builders'
import { uncontestedLock } from '../../helpers/sqljs'
import { type ChangingOperation, systemError, VolatileFiles } from './volatile-files'

const path = '/data/data.db'
// TypeScript's library without a browser does not know it.
const engineMemory = (globalThis as unknown as { WebAssembly: { Memory: { prototype: { grow(): number } } } })
  .WebAssembly.Memory.prototype
const write = (store: Store, id: string) => store.apply({ conversations: [aThread({ id })] })
const warningsOf = async (store: Store) => (await store.describe()).warnings

async function openOn(files: VolatileFiles): Promise<Store> {
  const { store } = await openSqljsStore({ path, files, lock: uncontestedLock() })
  onTestFinished(() => store.close().catch(() => {}))
  return store
}

/** A disk with a closed store of one conversation. */
async function aStore(): Promise<VolatileFiles> {
  const files = new VolatileFiles()
  const { store } = await openSqljsStore({ path, files, lock: uncontestedLock() })
  await write(store, '1')
  await store.close()
  return files
}

describe('a disk that is full', () => {
  it.each<ChangingOperation>(['append', 'syncData'])(
    'at %s refuses the change, warns and goes on answering, until there is room again',
    async (operation) => {
      const files = await aStore()
      const store = await openOn(files)
      files.before = (done) => {
        if (done === operation) throw systemError('ENOSPC')
      }
      await expect(write(store, '2')).rejects.toMatchObject({
        kind: 'disk_full',
        message: expect.stringContaining('The disk is full'),
        hint: 'Free some space; nothing was lost and what is stored can still be read.',
      })
      expect((await store.getCounts()).conversations).toBe(1)
      expect(await store.getMessages(['1'])).toHaveLength(1)
      expect(await warningsOf(store)).toEqual([
        expect.stringMatching(/^The last change could not be stored: The disk is full: .* Free some space;/),
      ])

      files.before = () => {}
      await write(store, '2')
      expect(await warningsOf(store)).toEqual([])
      expect((await store.getCounts()).conversations).toBe(2)
      const again = await openOn(files.afterKill())
      expect((await again.getCounts()).conversations).toBe(2)
    },
  )
})

describe('a folder that cannot be written', () => {
  it.each(['EACCES', 'EPERM', 'EROFS'])('(%s) is told apart, and opens as a view', async (code) => {
    const files = await aStore()
    const store = await openOn(files)
    files.before = () => {
      throw systemError(code)
    }
    await expect(write(store, '2')).rejects.toMatchObject({ kind: 'read_only' })
    expect((await store.getCounts()).conversations).toBe(1)
    await expect(openOn(files)).rejects.toMatchObject({ kind: 'read_only' })

    const reason = new StorageError('read_only', 'Not here.')
    const view = createSqlStore(await openReadOnlyView(path, files, reason), createSqliteDialect())
    expect((await view.getCounts()).conversations).toBe(1)
    await expect(write(view, '2')).rejects.toBe(reason)
    await expect(view.writeSnapshot()).rejects.toBe(reason)
    await view.close()
  })
})

describe('memory that is short', () => {
  const outOfMemory = { kind: 'out_of_memory', hint: expect.stringContaining('keep less history') }

  it.each([
    'out of memory',
    'database or disk is full',
    'Array buffer allocation failed',
    'Invalid typed array length: 3221225472',
    'Cannot enlarge memory, asked to go up to 2147487744 bytes, but the limit is 2147483648 bytes!',
    'Aborted(OOM). Build with -sASSERTIONS for more info.',
    'WebAssembly.Memory.grow(): Maximum memory size exceeded',
    'WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance',
    'File size (3221225472) is greater than 2 GiB',
  ])('is recognised by "%s"', (message) => {
    expect(toEngineError(new RangeError(message), path)).toMatchObject(outOfMemory)
  })

  it('is recognised by the system’s word', () => {
    expect(toStorageError(systemError('ENOMEM'), 'read', path)).toMatchObject(outOfMemory)
  })

  it('when the store is opened is told, and nothing is taken for damage', async () => {
    const files = await aStore()
    const sqlJs = {
      Database: class {
        constructor() {
          throw new RangeError('Array buffer allocation failed')
        }
      },
    } as unknown as SqlJs
    expect(() => loadStore(sqlJs, files, path)).toThrow('no longer fits into memory')
    expect(files.list('/data').filter((name) => name.includes('damaged'))).toEqual([])
  })

  it('when a change needs more refuses it instead of storing NULL for its texts, and goes on answering', async () => {
    const files = await aStore()
    const store = await openOn(files)
    const { grow } = engineMemory
    onTestFinished(() => {
      engineMemory.grow = grow
    })
    engineMemory.grow = () => {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory')
    }
    const { messages, ...thread } = aThread({ id: '2' })
    const large = messages.map((message) => ({ ...message, details: { note: 'x'.repeat(30_000_000) } }))
    await expect(store.apply({ conversations: [{ ...thread, messages: large }] })).rejects.toMatchObject(
      outOfMemory,
    )
    expect((await store.getCounts()).conversations).toBe(1)
    expect(await warningsOf(store)).toEqual([expect.stringContaining('no longer fits into memory')])

    engineMemory.grow = grow
    await write(store, '3')
    expect((await store.getCounts()).conversations).toBe(2)
    expect(await warningsOf(store)).toEqual([])
  })
})
