import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createWorkerBuilder } from '../../../src/storage/sqljs/snapshot-builder'
import type { SqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { builtProgram } from '../../helpers/program'
import { openTestDriver, temporaryFolder } from '../../helpers/sqljs'
import { bundleChild } from './child-bundle'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'

const whenAsked = { whenIdleAbove: 1e9, atCloseAbove: 1e9, shareOfSnapshot: 1e9 }
const source = fileURLToPath(new URL('../../../src/storage/sqljs', import.meta.url))

function createLogger() {
  return { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
}

/** A store with the number 1, whose snapshots are made by this program. */
async function openWith(program: URL): Promise<{ driver: SqljsDriver; warn: ReturnType<typeof vi.fn> }> {
  const logger = createLogger()
  const driver = await openTestDriver({
    migrate: createNumbers,
    policy: whenAsked,
    snapshotBuilder: createWorkerBuilder(program),
    buildAboveBytes: 0,
    logger,
  })
  await writeNumber(driver, 1)
  return { driver, warn: logger.warn }
}

function writeProgram(code: string): URL {
  const file = join(temporaryFolder(), 'worker.mjs')
  writeFileSync(file, code)
  return pathToFileURL(file)
}

describe('the worker', () => {
  let bundled: URL
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fast-intercom-'))
    bundled = pathToFileURL(await bundleChild('snapshot-worker', folder, source))
    return () => rm(folder, { recursive: true, force: true })
  })

  it('makes a snapshot while this thread reads and writes', async () => {
    const { driver, warn } = await openWith(bundled)
    let isDone = false
    const snapshot = driver.writeSnapshot().finally(() => {
      isDone = true
    })
    let turns = 0
    for (let n = 2; !isDone; n++) {
      turns++
      if (n <= 50) await writeNumber(driver, n)
      expect((await readNumbers(driver)).length).toBe(Math.min(n, 50))
      await nextTick()
    }
    await snapshot
    // Loading the engine alone takes longer than a few turns.
    expect(turns).toBeGreaterThan(5)
    expect(warn).not.toHaveBeenCalled()
    const written = await readNumbers(driver)
    expect(readdirSync(dirname(driver.path)).sort()).toEqual(['data.db', 'data.db.journal.3'])
    await driver.close()
    const reopened = await openTestDriver({ path: driver.path })
    expect(await readNumbers(reopened)).toEqual(written)
    expect(await reopened.all('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  it('writes a copy', async () => {
    const { driver, warn } = await openWith(bundled)
    const copy = join(temporaryFolder(), 'copy.db')
    expect(await driver.writeSnapshot(copy)).toEqual({ path: copy, bytes: readFileSync(copy).length })
    expect(readdirSync(dirname(copy))).toEqual(['copy.db'])
    expect(warn).not.toHaveBeenCalled()
  })

  it('tells the error of a file operation as it was', async () => {
    const { driver, warn } = await openWith(bundled)
    const target = join(temporaryFolder(), 'absent', 'copy.db')
    await expect(driver.writeSnapshot(target)).rejects.toMatchObject({
      kind: 'io',
      message: expect.stringContaining('does not exist'),
    })
    expect(warn).not.toHaveBeenCalled()
  })

  it('lies beside the built program and works from there', async () => {
    const { driver, warn } = await openWith(pathToFileURL(join(dirname(builtProgram), 'snapshot-worker.js')))
    await driver.writeSnapshot()
    expect(warn).not.toHaveBeenCalled()
    expect(readdirSync(dirname(driver.path)).sort()).toEqual(['data.db', 'data.db.journal.3'])
  })
})

describe('a worker that', () => {
  it.each([
    ['is not there', new URL('file:///absent/snapshot-worker.js'), /Cannot find module/],
    ['ends at once', 'process.exit(3)', /exit code 3/],
    ['throws', "throw new Error('Out of luck')", /Out of luck/],
    ['is no JavaScript', 'nonsense (', /./],
  ])('%s is replaced by this thread, which says so', async (_, program, expected) => {
    const { driver, warn } = await openWith(typeof program === 'string' ? writeProgram(program) : program)
    await driver.writeSnapshot()
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('made in this one'), { error: expect.stringMatching(expected) }],
    ])
    expect(readdirSync(dirname(driver.path)).sort()).toEqual(['data.db', 'data.db.journal.3'])
  })

  it('never answers is ended by closing', async () => {
    const { driver } = await openWith(writeProgram('setInterval(() => {}, 1000)'))
    const snapshot = driver.writeSnapshot()
    await nextTick()
    await driver.close()
    await snapshot
    expect(await readNumbers(await openTestDriver({ path: driver.path }))).toEqual([1])
  })
})
