import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { toFetchedConversation } from '../../../src/intercom/mapper'
import type { World } from '../../../src/simulator/world'
import type { Store } from '../../../src/storage/port'
import { openSqljsStore } from '../../../src/storage/sqljs/open-sqljs-store'
import { uncontestedLock } from '../../helpers/sqljs'

/** For all tests of a file: a store that holds a whole world as the client would have read it, without requests. */
export async function storeOfWorld(world: World): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'fast-intercom-'))
  const { store } = await openSqljsStore({ path: join(folder, 'data.db'), lock: uncontestedLock() })
  afterAll(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const { idCode: id, name, timezone } = world.workspace
  const { admins, teams } = world.stage.staff
  await store.apply({
    workspace: { id, name, timezone, region: 'US', createdAt: null },
    admins: admins.map((admin) => ({ id: admin.id, name: admin.name, email: admin.email })),
    teams: teams.map((team) => ({ id: team.id, name: team.name })),
    conversations: [...world.conversations()].map((wire) => {
      const fetched = toFetchedConversation(wire)
      if (!fetched) throw new Error(`not a conversation: ${wire.id}`)
      return fetched
    }),
  })
  return store
}
