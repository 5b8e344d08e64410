import { countTokens } from 'gpt-tokenizer'
import { searchConversations } from '../../src/mcp/tools/search-conversations'
import { createLocalService } from '../../src/service/local'
import { createWorkspaceGuard } from '../../src/service/workspace-guard'
import type { World } from '../../src/simulator/world'
import type { Store } from '../../src/storage/port'
import { benchQueries } from './queries'
import type { Section } from './rows'
import { searchNow } from './search-store'

const hits = 50
const mostTokens = 6_000

/**
 * How many tokens an assistant reads when it searches with the defaults and is shown fifty hits. Tells the store what a
 * sync tells it first: the workspace and its people, whose names and addresses are in the answers.
 */
export async function measureAnswerTokens(store: Store, { workspace, stage }: World): Promise<Section> {
  const { idCode, name, timezone, region, createdAt } = workspace
  const { admins, teams } = stage.staff
  await store.apply({ workspace: { id: idCode, name, timezone, region, createdAt }, admins, teams })
  const service = createLocalService({
    ...{
      store,
      scheduler: null,
      api: null,
      guard: createWorkspaceGuard({ store, token: null, fetchWorkspace: null }),
    },
    settings: { maxSyncAgeMinutes: 100_000, cacheTtlSeconds: 0 },
    ...{ version: '0', now: () => searchNow },
  })
  const counted: { shown: number; text: number; data: number }[] = []
  for (const { request } of benchQueries) {
    const { data, text } = await searchConversations.call({ ...request, limit: hits }, service, {})
    if ((data.total as number) < hits) continue
    counted.push({
      shown: data.returned as number,
      text: countTokens(text),
      data: countTokens(JSON.stringify(data)),
    })
  }
  const most = (figure: 'text' | 'data'): number | null =>
    counted.length === 0 ? null : Math.max(...counted.map((each) => each[figure]))
  const target = { unit: 'tokens', comparedWith: 'target', bound: 'at most', reference: mostTokens } as const
  const fewest = counted.length === 0 ? null : Math.min(...counted.map(({ shown }) => shown))
  return {
    title: `tokens of a search answer with room for ${hits} hits (${counted.length} queries with as many)`,
    rows: [
      { what: 'as text, the longest', figure: most('text'), ...target },
      { what: 'as structured data, the longest', figure: most('data'), ...target },
      {
        what: 'hits shown, the fewest',
        figure: fewest,
        unit: 'hits',
        comparedWith: 'asked for',
        reference: hits,
      },
    ],
  }
}
