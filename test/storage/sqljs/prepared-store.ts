import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openReadOnlyView } from '../../../src/storage/sqljs/read-only-view'
import { createBatches, Ledger, readBatchIds, writeRecorded } from './batch-store'
import { takeOver } from './heirs'
import type { Preparation } from './named-steps'

const templateBatches = 300

/** A store whose batches are in its journal (from 101 on), closed and free. */
export async function createTemplate(dbPath: string): Promise<Ledger> {
  const ledger = new Ledger()
  const { driver, lock } = await takeOver(dbPath)
  await createBatches(driver)
  for (let n = 1; n <= templateBatches; n++) {
    await writeRecorded(driver, `template-${n}`, ledger)
    if (n === 100) await driver.writeSnapshot()
  }
  await driver.close()
  lock.release()
  return ledger
}

export interface PreparedStore {
  /** What must be there from now on; the rest of the template may be. */
  ledger: Ledger
  /** Content of the file that was damaged, which must be kept. */
  damaged: Buffer | null
}

/** Copies the template and does to its files what a process before may have done. */
export async function prepareStore(
  preparation: Preparation,
  template: { dbPath: string; ledger: Ledger },
  dbPath: string,
): Promise<PreparedStore> {
  const ledger = new Ledger()
  if (preparation === 'no store') return { ledger, damaged: null }
  copyFiles(template.dbPath, dbPath)
  for (const id of template.ledger.attempted) ledger.attempted.add(id)
  const journal = findJournal(dbPath)
  let damaged: Buffer | null = null
  if (preparation === 'a torn tail') {
    const content = readFileSync(journal)
    writeFileSync(journal, Buffer.concat([content, content.subarray(0, 20)]))
  } else if (preparation === 'a damaged journal') {
    damaged = flipByte(journal, 0.5)
  } else if (preparation === 'a damaged snapshot') {
    damaged = flipByte(dbPath, 0)
    return { ledger, damaged }
  }
  for (const id of await readStored(dbPath)) ledger.acknowledged.add(id)
  return { ledger, damaged }
}

/** The journal of a store that has one. */
export function findJournal(dbPath: string): string {
  const name = readdirSync(dirname(dbPath)).find((file) => /\.journal\.\d+$/.test(file))
  if (name === undefined) throw new Error('There is no journal')
  return join(dirname(dbPath), name)
}

/** Copies a store's files, whole and closed or not. */
function copyFiles(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  for (const name of readdirSync(dirname(from)))
    copyFileSync(join(dirname(from), name), join(dirname(to), name))
}

/** Whether a file with this content lies beside the store under another name. */
export function isKept(dbPath: string, content: Buffer): boolean {
  const names = readdirSync(dirname(dbPath)).filter((name) => name.includes('.damaged-'))
  return names.some((name) => readFileSync(join(dirname(dbPath), name)).equals(content))
}

function flipByte(path: string, share: number): Buffer {
  const content = readFileSync(path)
  const at = Math.floor(content.length * share)
  content.writeUInt8(content.readUInt8(at) ^ 0xff, at)
  writeFileSync(path, content)
  return content
}

async function readStored(dbPath: string): Promise<string[]> {
  const view = await openReadOnlyView(dbPath)
  const ids = await readBatchIds(view)
  await view.close()
  return ids
}
