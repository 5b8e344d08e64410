import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { searchConversations } from '../../src/queries/search'
import { createSearchCursors } from '../../src/queries/search-cursors'
import { createRandom } from '../../src/simulator/generate/random'
import type { World } from '../../src/simulator/world'
import type { Store } from '../../src/storage/port'
import { tokenizeText } from '../../src/text/tokenizer'
import type { Row, Section } from './rows'
import { toMarkdown } from './rows'
import { createSearchWorld, fetchedOf, openSearchStore, searchNow } from './search-store'
import { findCorpus } from './workspace'

const sentences = 500
const scannedTerms = 400
const seed = 20_260_617
const fewestWords = 9
const mostWords = 30
const firstHits = 5
const leastShare = 0.9

/** What people put around a sentence that they remember. */
const frames: readonly ((sentence: string) => string)[] = [
  (said) => `find the conversation where the customer said ${said}`,
  (said) => `which customer wrote to us: ${said}`,
  (said) => `can you show me the chat in which somebody told us ${said}`,
  (said) => `I am looking for an old ticket, the client asked something like ${said} Thanks a lot`,
  (said) => `${said} - who was that, and when did they say it?`,
]

interface Question {
  text: string
  frame: number
  /** The conversations in which a customer said just that. */
  sources: Set<string>
}

/**
 * Draws sentences that customers wrote by a fixed seed, whatever becomes of them, puts filler words around each and
 * asks for it: how often its conversation is among the first hits.
 */
export async function measureRelevance(store: Store, world: World): Promise<Section> {
  const found = frames.map(() => ({ asked: 0, found: 0 }))
  let loosely = 0
  for (const { text, frame, sources } of drawQuestions(world)) {
    const context = { now: searchNow, timezone: null, cursors: createSearchCursors() }
    const answer = await searchConversations(store, { query: text, limit: firstHits }, context)
    const count = found[frame]
    if (count === undefined) throw new Error('There is no such frame.')
    count.asked++
    if (answer.conversations.some(({ id }) => sources.has(id))) count.found++
    if (answer.matched === 'any_term') loosely++
  }
  const share = (of: { asked: number; found: number }): number => of.found / of.asked
  const all = {
    asked: found.reduce((sum, { asked }) => sum + asked, 0),
    found: found.reduce((sum, one) => sum + one.found, 0),
  }
  const target = { comparedWith: 'target', bound: 'at least', reference: leastShare * 100 } as const
  const rows: Row[] = [
    {
      what: `${all.asked} sentences, among the first ${firstHits}`,
      figure: share(all) * 100,
      unit: '%',
      ...target,
    },
    ...found.map((count, frame): Row => {
      const what = `of those: "${frames[frame]?.('…')}"`
      return { what, figure: share(count) * 100, unit: '%', ...target }
    }),
    {
      what: 'answered by any term',
      figure: loosely,
      unit: 'questions',
      comparedWith: 'asked',
      reference: all.asked,
    },
  ]
  rows.push(await compareWithScan(store, world))
  const size = world.ids().length.toLocaleString('en')
  return { title: `sentences of customers found again among ${size} conversations`, rows }
}

/** Words drawn from everything that was written, by the same seed: does each find exactly what a scan finds? */
async function compareWithScan(store: Store, world: World): Promise<Row> {
  const holders = new Map<string, Set<string>>()
  for (const id of world.ids()) {
    const { conversation, messages } = fetchedOf(world, id)
    const texts = [conversation.title, conversation.subject, ...messages.map(({ text }) => text)]
    for (const token of texts.flatMap((text) => tokenizeText(text ?? ''))) {
      holders.set(token, (holders.get(token) ?? new Set()).add(id))
    }
  }
  const tokens = [...holders.keys()].sort()
  const random = createRandom(seed)
  let same = 0
  for (let draw = 0; draw < scannedTerms; draw++) {
    const token = tokens[random.int(tokens.length)] ?? ''
    const query = { groups: [[{ kind: 'word' as const, tokens: [token] }]], excluded: [] }
    const everything = { timeframe: null, timeField: 'created_at', filters: {}, maxIds: 1_000_000 } as const
    const { total, ids } = await store.searchConversations({ query, sort: 'relevance', ...everything })
    const expected = holders.get(token) ?? new Set()
    if (total === expected.size && ids.length === total && ids.every((id) => expected.has(id))) same++
  }
  const compared = { comparedWith: 'terms drawn', bound: 'at least', reference: scannedTerms } as const
  return { what: 'terms that find exactly what a scan finds', figure: same, unit: 'terms', ...compared }
}

function drawQuestions(world: World): Question[] {
  const all: { id: string; sentence: string }[] = []
  const sources = new Map<string, Set<string>>()
  for (const id of world.ids()) {
    for (const { author, text } of fetchedOf(world, id).messages) {
      if (author.type === 'admin' || text === null) continue
      for (const sentence of sentencesOf(text)) {
        all.push({ id, sentence })
        const key = tokenizeText(sentence).join(' ')
        sources.set(key, (sources.get(key) ?? new Set()).add(id))
      }
    }
  }
  const random = createRandom(seed)
  const drawn = new Set<number>()
  while (drawn.size < Math.min(sentences, all.length)) drawn.add(random.int(all.length))
  return [...drawn].map((index, turn) => {
    const { id = '', sentence = '' } = all[index] ?? {}
    const frame = turn % frames.length
    const same = sources.get(tokenizeText(sentence).join(' ')) ?? new Set([id])
    return { text: frames[frame]?.(sentence) ?? '', frame, sources: same }
  })
}

function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => {
      const words = sentence.split(/\s+/).length
      return words >= fewestWords && words <= mostWords
    })
}

async function main(size: number, kept: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fim-relevance-'))
  try {
    const world = await createSearchWorld(size, findCorpus())
    const store = await openSearchStore(kept ?? join(folder, 'data.db'), world)
    process.stdout.write(`${toMarkdown([await measureRelevance(store, world)])}\n`)
    await store.close()
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

// npx tsx test/bench/relevance.ts [conversations] [file of a store that is made once and kept]
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(Number(process.argv[2] ?? 12_000), process.argv[3])
}
