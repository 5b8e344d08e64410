import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Simulator } from '../../src/simulator/server'
import { bareMemory, sqlJsEntry } from './bare-scripts'
import { changeConversations, refresh } from './changes'
import { median } from './median'
import { memoryOf, resetPeak } from './proc'
import { type Place, runNode, type Served, serve } from './process'
import type { Row, Section } from './rows'

/** Words that occur in many conversations, so that searching touches much of the index. */
const questions = ['help', 'please book', 'thank you', '"next week"', 'how much', 'cancel']
/** After this long without a question a process is at rest. */
const restMs = 3_000
const smallStore = 2_000

/** Memory of the process that owns the store, at rest and while it writes a snapshot, and of a second one beside it. */
export async function measureMemory(place: Place, simulator: Simulator, folder: string): Promise<Section> {
  const bare = await measureBare(place, folder)
  const owner = await serve(place)
  const steady = await askAndRest(owner)
  const door = await serve(place)
  const doorSteady = await askAndRest(door)
  const doorPeak = memoryOf(door.pid)?.peak ?? null
  await door.close()
  const snapshotPeak = await measureSnapshot(place, owner, simulator)
  await owner.close()
  const size = simulator.world.count()
  const isSmall = size <= smallStore
  return {
    title: `memory (resident set) with ${size.toLocaleString('en')} conversations`,
    rows: [
      target('owner, at rest after some searches', steady, isSmall ? 100 : 300),
      {
        ...{ what: 'owner, at rest after some searches', figure: steady, unit: 'MB' },
        ...{ comparedWith: 'plain sql.js that has read every message of the same file', reference: bare },
      },
      target('owner, peak while a snapshot is written', snapshotPeak, 600),
      target('second process, at rest after the same searches', doorSteady, 80),
      {
        ...{ what: 'second process, peak', figure: doorPeak, unit: 'MB' },
        ...{ comparedWith: 'owner, at rest', reference: steady },
      },
    ],
  }
}

function target(what: string, figure: number | null, reference: number): Row {
  return { what, figure, unit: 'MB', comparedWith: 'target', bound: 'at most', reference }
}

async function measureBare({ home }: Place, folder: string): Promise<number> {
  const script = join(folder, 'bare-memory.mjs')
  writeFileSync(script, bareMemory)
  return Number(await runNode([script, sqlJsEntry, join(home, 'data.db')])) / 1e6
}

async function askAndRest({ pid, call }: Served): Promise<number | null> {
  for (const query of questions) await call('search_conversations', { query, limit: 50 })
  await sleep(restMs)
  const seen = [memoryOf(pid), memoryOf(pid), memoryOf(pid)].flatMap((memory) => (memory ? [memory.now] : []))
  return seen.length === 0 ? null : median(seen)
}

/** A snapshot needs something to write: one conversation is changed and fetched first. */
async function measureSnapshot(place: Place, owner: Served, simulator: Simulator): Promise<number | null> {
  await changeConversations(simulator, owner, { count: 1, salt: 1 })
  await refresh(owner)
  const canReset = resetPeak(owner.pid)
  await runNode([place.program, 'snapshot', '--home', place.home], place.env)
  return canReset ? (memoryOf(owner.pid)?.peak ?? null) : null
}
