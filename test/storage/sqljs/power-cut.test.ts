import { describe, expect, it, vi } from 'vitest'
import type { FileLayer } from '../../../src/storage/sqljs/file-layer'
import { createBatches, Ledger, readBatchIds, writeBatch } from './batch-store'
import { syncOneAppendLate } from './lying-files'
import {
  countOperations,
  dieAt,
  liveOnce,
  lookAfterBoot,
  openInBoot,
  survivingDisks,
  volatilePath,
} from './one-life'
import { VolatileFiles } from './volatile-files'
import { overrideFiles } from './watched-files'

// Thousands of openings: seconds on an idle machine, more beside other suites.
vi.setConfig({ testTimeout: 120_000 })

/**
 * Lets a process die at each of its steps, drops what was not synced, and returns what is then wrong with the disks
 * that may be left; empty when there is nothing, whatever the step.
 */
async function findLossAtAnyStep(through: (files: FileLayer) => FileLayer): Promise<string[]> {
  const whole = new VolatileFiles()
  const steps = await countOperations(whole, () => liveOnce(through(whole), 'first', new Ledger()))
  const found: string[] = []
  for (let step = 1; step <= steps + 1 && found.length === 0; step++) {
    const files = new VolatileFiles()
    const ledger = new Ledger()
    dieAt(files, step)
    await liveOnce(through(files), 'first', ledger)
    for (const disk of survivingDisks(files)) {
      const violations = await lookAfterBoot(disk, ledger)
      found.push(...violations.map((text) => `step ${step}: ${text}`))
    }
  }
  return found
}

describe('a power cut at any step, lock and end included', () => {
  it('takes nothing that was acknowledged', async () => {
    expect(await findLossAtAnyStep((files) => files)).toEqual([])
  })

  it.each<[string, (files: FileLayer) => FileLayer]>([
    ['acknowledges before it syncs', syncOneAppendLate],
    ['never syncs an append', (files) => overrideFiles(files, { syncData: () => {} })],
    ['never syncs a folder', (files) => overrideFiles(files, { syncFolder: () => {} })],
    ['never syncs a snapshot', (files) => overrideFiles(files, { sync: () => {} })],
  ])('is told to take something from a layer that %s', async (_name, through) => {
    const found = await findLossAtAnyStep(through)
    expect(found.some((text) => /: (lost|set aside): ?/.test(text))).toBe(true)
  })
})

describe('a kill, and a power cut while the next process opens the store', () => {
  it('take nothing that was acknowledged by either', async () => {
    const whole = new VolatileFiles()
    const steps = await countOperations(whole, () => liveOnce(whole, 'first', new Ledger()))
    expect(steps).toBeGreaterThan(50)
    for (let step = 1; step <= steps; step += 5) {
      for (let next = 1; next <= 22; next += 3) {
        const files = new VolatileFiles()
        const ledger = new Ledger()
        dieAt(files, step)
        await liveOnce(files, 'first', ledger)
        dieAt(files, next)
        await liveOnce(files, 'second', ledger)
        for (const disk of survivingDisks(files)) {
          expect(await lookAfterBoot(disk, ledger), `steps ${step} and ${next}`).toEqual([])
        }
      }
    }
  })
})

describe('a power cut while something is set aside', () => {
  const damage = (content: Buffer, at: number): Buffer => {
    const damaged = Buffer.from(content)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0xff, at)
    return damaged
  }

  /** A disk with a store of some batches, and the file at `path` damaged in its middle or at its start. */
  async function createDamaged(
    path: string,
    share: number,
  ): Promise<{ disk: VolatileFiles; damaged: Buffer }> {
    const disk = new VolatileFiles()
    const { driver, end } = await openInBoot(disk, 'before')
    await createBatches(driver)
    for (const id of ['a', 'b', 'c', 'd', 'e']) await writeBatch(driver, id)
    await end()
    const content = disk.read(path) ?? Buffer.alloc(0)
    const damaged = damage(content, Math.floor(content.length * share))
    disk.remove(path)
    disk.create(path, damaged)
    return { disk: disk.afterKill(), damaged }
  }

  const isThere = (disk: VolatileFiles, content: Buffer): boolean =>
    disk.list('/data').some((name) => disk.read(`/data/${name}`)?.equals(content))

  it.each([
    ['journal', `${volatilePath}.journal.1`, 0.6],
    ['snapshot', volatilePath, 0],
  ])('keeps the damaged %s and what is whole, at every step', async (_name, path, share) => {
    const { disk: untouched, damaged } = await createDamaged(path, share)
    const reference = await openInBoot(untouched.afterKill(), 'reference')
    const kept = await readBatchIds(reference.driver)
    expect(reference.driver.recovered).not.toBeNull()
    for (let step = 1; step <= 60; step++) {
      const files = untouched.afterKill()
      const ledger = new Ledger()
      for (const id of ['a', 'b', 'c', 'd', 'e']) ledger.attempted.add(id)
      for (const id of kept) ledger.acknowledged.add(id)
      dieAt(files, step)
      await liveOnce(files, 'first', ledger)
      for (const disk of survivingDisks(files)) {
        const violations = await lookAfterBoot(disk, ledger)
        expect(
          violations.filter((text) => !text.startsWith('set aside')),
          `step ${step}`,
        ).toEqual([])
        expect(isThere(disk, damaged), `step ${step}`).toBe(true)
      }
    }
  })
})
