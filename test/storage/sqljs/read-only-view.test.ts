import { readdirSync, readFileSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openReadOnlyView } from '../../../src/storage/sqljs/read-only-view'
import { openTestDriver, temporaryFolder } from '../../helpers/sqljs'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'

async function openView(path: string) {
  const view = await openReadOnlyView(path)
  onTestFinished(() => view.close())
  return view
}

describe('a read-only view', () => {
  it('shows what the owner has committed so far, snapshot and journal', async () => {
    const owner = await openTestDriver({ migrate: createNumbers })
    await writeNumber(owner, 1)
    await owner.writeSnapshot()
    await writeNumber(owner, 2)
    const view = await openView(owner.path)
    await writeNumber(owner, 3)
    expect(await readNumbers(view)).toEqual([1, 2])
    expect(view.storeId).toBe(owner.storeId)
    expect(view.generation).toBe(4)
    expect(await readNumbers(await openView(owner.path))).toEqual([1, 2, 3])
  })

  it('writes nothing, not even to mend a torn tail', async () => {
    const owner = await openTestDriver({ migrate: createNumbers })
    await writeNumber(owner, 1)
    await writeNumber(owner, 2)
    await owner.close()
    const journal = `${owner.path}.journal.1`
    truncateSync(journal, readFileSync(journal).length - 3)
    const before = readFileSync(journal)

    const view = await openView(owner.path)
    expect(await readNumbers(view)).toEqual([1])
    await expect(writeNumber(view, 3)).rejects.toMatchObject({ kind: 'lost_ownership' })
    await expect(view.writeSnapshot()).rejects.toMatchObject({ kind: 'lost_ownership' })
    await view.close()
    expect(readFileSync(journal).equals(before)).toBe(true)
    expect(readdirSync(dirname(owner.path)).sort()).toEqual(['data.db', 'data.db.journal.1'])
  })

  it('can write a copy elsewhere', async () => {
    const owner = await openTestDriver({ migrate: createNumbers })
    await writeNumber(owner, 1)
    const view = await openView(owner.path)
    const copy = join(temporaryFolder(), 'copy.db')
    await view.writeSnapshot(copy)
    expect(await readNumbers(await openView(copy))).toEqual([1])
  })

  it('says when there is no store', async () => {
    await expect(openReadOnlyView(join(temporaryFolder(), 'data.db'))).rejects.toMatchObject({
      kind: 'io',
      message: expect.stringContaining('There is no store'),
    })
  })
})
