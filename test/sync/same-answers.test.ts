import { expect, it } from 'vitest'
import type { FetchedConversation } from '../../src/domain/conversation'
import type { World } from '../../src/simulator/world'
import type { Store } from '../../src/storage/port'
import { parseSearchQuery } from '../../src/text/query-parser'
import { aConversation, aMessage } from '../helpers/builders'
import { startSyncWorld } from '../helpers/sync-world'
import { StoreModel } from '../storage/store-model'

/** Words, very common ones, phrases, beginnings, alternatives, exclusions, addresses, and a word of the changes alone. */
const questions = [
  ...['refund', 'the', 'refunded invoice', '"last four digits"', '"thank you"', 'bill*', 'in*'],
  ...['refund OR invoice', 'order -refund', 'pebbleware.example', 'where is my order', 'help please'],
  ...['quokka', '"a quokka asks"', 'quok*', 'quokka -refund', '退款', '退款没有'],
]

/** What a plain reading of the source's own words finds for each question. */
function scanAll(world: World): Record<string, string[]> {
  const model = new StoreModel()
  model.apply({ conversations: world.ids().map((id) => readSource(world, id)) })
  return Object.fromEntries(
    questions.map((question) => [question, model.search(parseSearchQuery(question).query).toSorted()]),
  )
}

function readSource(world: World, id: string): FetchedConversation {
  const wire = world.conversation(id)
  const subject =
    typeof wire?.source.subject === 'string' ? wire.source.subject.replace(/<[^>]*>/g, '') : null
  const messages = world.messages(id).map(({ text }) => aMessage({ conversationId: id, text }))
  return {
    conversation: aConversation({
      id,
      title: wire?.title ?? null,
      subject,
      createdAt: wire?.created_at ?? 0,
    }),
    messages,
    thread: { partsTotal: messages.length },
    contacts: [],
  }
}

async function ask(store: Store, question: string): Promise<string[]> {
  const { ids, total } = await store.searchConversations({
    ...{ query: parseSearchQuery(question).query, timeframe: null, timeField: 'created_at', filters: {} },
    ...{ sort: 'relevance', maxIds: 10_000 },
  })
  expect(total).toBe(ids.length)
  return ids.toSorted()
}

async function answers(store: Store): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const question of questions) found[question] = await ask(store, question)
  return found
}

it('the same questions give the sets that a reading of the source gives after every update, deletion and re-sync', async () => {
  const { simulator, store, sync, restart } = await startSyncWorld({ size: 40 })
  const { world, change, clock } = simulator
  const first = world.ids()
  const idAt = (place: number) => first[place] ?? ''

  await sync()
  const before = await answers(store)
  expect(before).toEqual(scanAll(world))
  expect(Object.values(before).filter((ids) => ids.length > 0).length).toBeGreaterThan(6)
  expect(before.quokka).toEqual([])

  /** Each is followed by a run, and by every question. */
  const happenings: [string, () => void][] = [
    ['a reply by a customer', () => change.reply(idAt(3), { text: 'A quokka asks for a refund' })],
    ['a note', () => change.note(idAt(9), 'the quokka again')],
    ['a new conversation', () => change.create({ text: 'Quokkas want to know: 退款没有收到' })],
    [
      'a reply that is taken back',
      () => change.redact(idAt(9), change.reply(idAt(9), { text: '"last four digits"' })),
    ],
    ['an opening message that is taken back', () => change.redact(idAt(11))],
    ['changes without a word', () => [change.close(idAt(3)), change.rate(idAt(4), 5), change.touch(idAt(5))]],
    ['a deletion', () => change.delete(idAt(3))],
    ['the deletion of what was changed last', () => change.delete(world.ids().at(-1) ?? '')],
  ]
  for (const [what, happen] of happenings) {
    clock.advance(900)
    happen()
    clock.advance(60)
    await sync()
    expect([what, await answers(store)]).toEqual([what, scanAll(world)])
  }

  const last = await answers(store)
  expect(last.quokka).not.toEqual([])
  clock.advance(3_600)
  restart()
  await sync({ days: 90, force: true })
  expect(await answers(store)).toEqual(last)

  const anew = await startSyncWorld({ size: 40 })
  await anew.sync()
  expect(await answers(anew.store)).toEqual(before)
})
