import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Store } from '../../src/storage/port'
import { openSqljsStore, openSqljsView } from '../../src/storage/sqljs/open-sqljs-store'
import { aHit, aThread } from '../helpers/builders'
import { temporaryFolder, uncontestedLock } from '../helpers/sqljs'
import { describeStoreChanges } from './contract'
import { describeStoreSearch } from './contract-search'

async function openAt(path: string): Promise<Store> {
  const { store } = await openSqljsStore({ path, lock: uncontestedLock() })
  onTestFinished(() => store.close())
  return store
}

const openNew = (): Promise<Store> => openAt(join(temporaryFolder(), 'data.db'))

describe('the embedded store', () => {
  describeStoreChanges(openNew)
  describeStoreSearch(openNew)

  it('has after reopening what it had before', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const first = await openAt(path)
    await first.apply({ conversations: [aThread({}, ['Hello', 'The late reply'])] })
    await first.close()
    const again = await openAt(path)
    expect(await again.getCounts()).toMatchObject({ conversations: 1, messages: 2, threads: 1 })
    expect(await again.describe()).toMatchObject({ engine: 'sqljs', path, schemaVersion: 1 })
  })

  it('tells of a damaged file that was set aside, until somebody deletes it', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const first = await openAt(path)
    expect((await first.describe()).damagedFile).toBeNull()
    await first.close()
    writeFileSync(path, 'no database')
    const now = () => Date.UTC(2026, 6, 25, 10, 11, 12)
    const { store } = await openSqljsStore({ path, lock: uncontestedLock(), now })
    const damagedFile = `${path}.damaged-20260725T101112Z`
    expect((await store.describe()).damagedFile).toBe(damagedFile)
    await store.close()
    const again = await openAt(path)
    expect((await again.describe()).damagedFile).toBe(damagedFile)
    const view = await openSqljsView(path)
    expect((await view.describe()).damagedFile).toBe(damagedFile)
    await view.close()
    rmSync(damagedFile)
    rmSync(`${path}.journal.1.damaged-20260725T101112Z`)
    expect((await again.describe()).damagedFile).toBeNull()
  })

  it('can be read without the lock, and then refuses to write', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const owner = await openAt(path)
    await owner.apply({ conversations: [aThread()] })
    const view = await openSqljsView(path)
    expect((await view.getCounts()).conversations).toBe(1)
    await expect(view.apply({ conversations: [aHit({ id: '2' })] })).rejects.toMatchObject({
      kind: 'lost_ownership',
    })
    await view.close()
  })
})
