import { expect, it } from 'vitest'
import { createLazyIntercomApi } from '../../../src/cli/runtime/lazy-intercom-api'
import { createIntercomClient } from '../../../src/intercom/client'
import { startTestSimulator } from '../../helpers/simulator'

async function createWorld() {
  const simulator = await startTestSimulator()
  const { url: apiUrl, token } = simulator
  let loads = 0
  const api = createLazyIntercomApi(
    async () => {
      loads++
      return createIntercomClient({ token, apiUrl, region: 'us', apiVersion: '2.16', version: '0' })
    },
    () => 1_741_262_400_500,
  )
  return { simulator, api, loads: () => loads }
}

it('loads no client for what can be said without one', async () => {
  const { api, loads } = await createWorld()
  expect(api.missingPermissions()).toEqual([])
  expect(api.now()).toBe(1_741_262_400.5)
  expect(api.rateLimit()).toBeNull()
  expect(api.requestCounts()).toEqual({ sent: 0, rateLimited: 0 })
  // A generator that nobody reads asks nothing.
  api.listDeleted()
  expect(loads()).toBe(0)
})

it('loads it once for questions that come together, and then says what the client says', async () => {
  const { simulator, api, loads } = await createWorld()
  const [me, tags] = await Promise.all([api.fetchMe(), api.listTags()])
  expect(me.workspace.id).toBe(simulator.world.workspace.idCode)
  expect(Array.isArray(tags)).toBe(true)
  expect(loads()).toBe(1)
  expect(api.requestCounts()).toEqual({ sent: 2, rateLimited: 0 })
  expect(api.rateLimit()).not.toBeNull()
})

it('hands on every page', async () => {
  const { simulator, api } = await createWorld()
  const ids: string[] = []
  const window = {
    timeframe: { start: 0, end: 2_000_000_000 },
    ...{ field: 'created_at' as const, order: 'ascending' as const, pageSize: 50 },
  }
  let pages = 0
  for await (const { conversations } of api.searchConversations(window)) {
    pages++
    ids.push(...conversations.map((one) => one.conversation.id))
  }
  expect(pages).toBeGreaterThan(2)
  expect(ids.toSorted()).toEqual([...simulator.world.ids()].toSorted())
})
