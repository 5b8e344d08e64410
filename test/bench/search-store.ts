import { existsSync } from 'node:fs'
import type { FetchedConversation } from '../../src/domain/conversation'
import { toFetchedConversation } from '../../src/intercom/mapper'
import { loadDialogues } from '../../src/simulator/generate/corpus'
import { createWorld, type World } from '../../src/simulator/world'
import type { SqlStore } from '../../src/storage/sql-store'
import type { HeldLock } from '../../src/storage/sqljs/lock'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { worldDays } from './workspace'

/** As a sync stores them. */
const conversationsPerChange = 50

/** The time at which the history that is searched ends: always the same, so that every run asks the same store. */
export const searchNow = Date.parse('2026-06-17T12:00:00Z') / 1000

/** For files of which nobody else knows. */
export const ownLock: HeldLock = { generation: 1, isHeld: () => true, release: () => {} }

/** The workspace whose conversations are searched: always the same for a size and a corpus. */
export async function createSearchWorld(size: number, corpus: string | null): Promise<World> {
  const dialogues = corpus === null ? undefined : await loadDialogues(corpus)
  return createWorld({ size, now: searchNow, days: worldDays, seed: 'search', dialogues })
}

/** A conversation as a sync would hand it to the store. */
export function fetchedOf(world: World, id: string): FetchedConversation {
  const fetched = toFetchedConversation(JSON.parse(JSON.stringify(world.conversation(id))))
  if (fetched === null) throw new Error(`Conversation ${id} cannot be read.`)
  return fetched
}

/**
 * Opens the store at `file`, filled with every conversation of the world unless it is there already. Its texts are
 * judged in the background, see `upkeepDone`.
 */
export async function openSearchStore(file: string, world: World): Promise<SqlStore> {
  const isFilled = existsSync(file)
  const { store } = await openSqljsStore({ path: file, lock: ownLock })
  if (isFilled) return store
  const ids = world.ids()
  for (let from = 0; from < ids.length; from += conversationsPerChange) {
    const conversations = ids.slice(from, from + conversationsPerChange).map((id) => fetchedOf(world, id))
    await store.apply({ conversations })
  }
  await store.writeSnapshot()
  return store
}

/** Leaves at `file` what `openSearchStore` fills, with all that is done in the background behind it. */
export async function fillSearchFile(file: string, world: World): Promise<void> {
  const store = await openSearchStore(file, world)
  await store.upkeepDone()
  await store.writeSnapshot()
  await store.close()
}
