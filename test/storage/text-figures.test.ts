import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Conversation, FetchedConversation, Message } from '../../src/domain/conversation'
import { migrate } from '../../src/storage/migrations'
import type { FigureConditions } from '../../src/storage/port'
import { createSqlStore, type SqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import type { SqljsDriver } from '../../src/storage/sqljs/sqljs-driver'
import { judgeConversation } from '../../src/text/conversation-sentiment'
import { extractTopicTerms } from '../../src/text/topic-terms'
import { aHit, aMessage, aThread, jonas, mondayMorning as start } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'
import { VolatileFiles } from './sqljs/volatile-files'
import { StoreModel } from './store-model'

const dialect = createSqliteDialect()
const everything: FigureConditions = { query: null, timeframe: null, timeField: 'created_at', filters: {} }
const ana = { type: 'lead', id: 'contact-ana', name: null, email: null, fromAiAgent: false }

/** Never comes to its end: nothing happens in the background. */
const asleep = (_ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()))

interface Opened {
  driver: SqljsDriver
  store: SqlStore
}

async function open({ files, sleep = asleep }: { files?: VolatileFiles; sleep?: typeof asleep } = {}) {
  const driver = await openTestDriver({
    ...(files ? { files, path: '/data/data.db' } : {}),
    migrate: async (opened) => void (await migrate(opened, dialect)),
  })
  return { driver, store: createSqlStore(driver, dialect, { sleep }) } satisfies Opened
}

/** Works in the background as soon as the event loop is free, `slices` times at most. */
function quick(slices = Number.POSITIVE_INFINITY): typeof asleep {
  let left = slices
  return async (ms, signal) => {
    left -= 1
    await (left >= 0 ? nextTurn() : asleep(ms, signal))
  }
}

/** A thread in which these people wrote these texts in turn. */
function threadOf(
  fields: Partial<Conversation> & { id: string },
  parts: readonly (readonly ['ana' | 'jonas', string | null])[],
): FetchedConversation {
  const messages = parts.map(([by, text], place) =>
    aMessage({
      id: place === 0 ? `source_${fields.id}` : `${fields.id}-${place}`,
      conversationId: fields.id,
      createdAt: start + place * 60,
      author: by === 'ana' ? ana : jonas,
      text,
    }),
  )
  return { ...aThread(fields), messages, thread: { partsTotal: messages.length - 1 } }
}

/** By the objects that were stored: no table, no slice, nothing kept. */
function judgePlainly({ subject }: Conversation, messages: readonly Message[]) {
  const isHers = ({ author }: Message): boolean => ['user', 'lead', 'contact'].includes(author.type)
  const texts = messages.filter(isHers).flatMap(({ text }) => (text?.trim() ? [text] : []))
  const [first] = messages
  const judged = judgeConversation(texts)
  return {
    sentiment: judged && {
      ...{ score: judged.score, first: judged.first, last: judged.last, hasSeveral: judged.judged > 1 },
    },
    terms: extractTopicTerms(first && isHers(first) && subject?.trim() ? [subject, ...texts] : texts),
  }
}

async function figuresById({ store }: Opened) {
  const { id, sentiment, terms } = await store.listFigures(everything, ['id', 'sentiment', 'terms'])
  return Object.fromEntries(
    id.map((each, place) => [each, { sentiment: sentiment[place], terms: terms[place] }]),
  )
}

function plainFigures(model: StoreModel) {
  return Object.fromEntries(
    [...model.rows].map(([id, { conversation, messages }]) => [id, judgePlainly(conversation, messages)]),
  )
}

async function countRows({ driver }: Opened): Promise<number> {
  const [row] = await driver.all<{ total: number }>('select count(*) as total from text_figures')
  return row?.total ?? 0
}

const complaint = threadOf({ id: '1', subject: 'Kettle' }, [
  ['ana', 'The kettle is broken.'],
  ['jonas', 'What a terrible, awful thing!'],
  ['ana', 'Thank you, it works again, great!'],
])

/** More than a change judges by itself. */
function manyThreads(count = 60): FetchedConversation[] {
  return Array.from({ length: count }, (_, n) =>
    threadOf({ id: `${100 + n}`, createdAt: start + n }, [
      ['ana', n % 3 === 0 ? 'The export is broken.' : `Where is parcel ${n}?`],
      ['jonas', 'Sorry about that.'],
      ['ana', n % 2 === 0 ? 'Great, thank you so much!' : 'Nobody has answered and this is unacceptable.'],
    ]),
  )
}

async function applyBoth({ store }: Opened, model: StoreModel, change: Parameters<SqlStore['apply']>[0]) {
  await store.apply(change)
  model.apply(change)
}

describe('figures of texts', () => {
  it('are written with a small change, in its own transaction', async () => {
    const opened = await open()
    const { generation } = opened.driver
    await opened.store.apply({ conversations: [complaint] })
    expect(opened.driver.generation).toBe(generation + 1)
    expect(await opened.driver.all('select * from text_figures')).toEqual([
      {
        ...{ conversation_ref: 1, rules_version: 1, has_several: 1 },
        ...{ score: expect.any(Number), first_score: expect.any(Number), last_score: expect.any(Number) },
        terms: expect.any(Uint8Array),
      },
    ])
    const { 1: figures } = await figuresById(opened)
    expect(figures).toEqual(judgePlainly(complaint.conversation, complaint.messages))
    expect(figures?.sentiment?.first).toBeLessThan(-0.25)
    expect(figures?.sentiment?.last).toBeGreaterThan(0.42)
    expect(figures?.terms).toEqual(extractTopicTerms(['Kettle', 'The kettle is broken. works again']))
  })

  it('follow a thread, a redaction, a new subject and a deletion, and no older version', async () => {
    const opened = await open()
    const model = new StoreModel()
    const at = (updatedAt: number, subject: string | null = null) => ({ id: '1', updatedAt, subject })
    const angry = [['ana', 'The kettle is broken.']] as const
    const answered = [...angry, ['jonas', 'Solved.'], ['ana', 'Great, a new lid, thank you!']] as const
    const redacted = threadOf(at(start + 300, 'Invoice'), [['ana', null], ...answered.slice(1)])
    const steps = [
      { conversations: [aHit(at(start + 100), 'The kettle is broken.')] },
      { conversations: [threadOf(at(start + 200), answered)] },
      { conversations: [redacted] },
      { conversations: [threadOf(at(start + 200), answered)] },
      // Row alone: the messages stay, and their subject is another.
      { conversations: [aHit(at(start + 400, 'My parcel'), 'The kettle is broken.')] },
      { tombstones: [{ conversationId: '1', deletedAt: start }] },
      { conversations: [threadOf({ id: '2' }, angry)] },
    ]
    const seen: unknown[] = []
    for (const step of steps) {
      await applyBoth(opened, model, step)
      const figures = await figuresById(opened)
      expect(figures).toEqual(plainFigures(model))
      seen.push(figures[1] && [Math.sign(figures[1].sentiment?.last ?? 0), figures[1].terms?.length])
    }
    expect(seen).toEqual([[-1, 2], [1, 3], [1, 2], [1, 2], [1, 2], undefined, undefined])
    expect(await countRows(opened)).toBe(1)
  })

  it('of a large change are judged on the spot until the background has written them', async () => {
    const opened = await open()
    const model = new StoreModel()
    await applyBoth(opened, model, { conversations: manyThreads() })
    expect(await countRows(opened)).toBe(0)
    expect(await figuresById(opened)).toEqual(plainFigures(model))

    // What was judged on the spot is not taken for what has come since.
    const changed = threadOf({ id: '100', updatedAt: start + 900 }, [['ana', 'I love it, great work!']])
    await applyBoth(opened, model, { conversations: [changed, ...manyThreads().slice(1)] })
    expect(await figuresById(opened)).toEqual(plainFigures(model))
  })

  it('are completed in the background, a slice a write', async () => {
    const opened = await open({ sleep: quick() })
    const model = new StoreModel()
    await applyBoth(opened, model, { conversations: manyThreads() })
    const { generation } = opened.driver
    await opened.store.upkeepDone()
    expect(await countRows(opened)).toBe(60)
    expect(opened.driver.generation).toBe(generation + 2)
    expect(await figuresById(opened)).toEqual(plainFigures(model))
  })

  it('are completed after a kill in the midst of it', async () => {
    const files = new VolatileFiles()
    const opened = await open({ files, sleep: quick(1) })
    const model = new StoreModel()
    await applyBoth(opened, model, { conversations: manyThreads() })
    while ((await countRows(opened)) === 0) await nextTurn()
    expect(await countRows(opened)).toBe(50)
    expect(await figuresById(opened)).toEqual(plainFigures(model))

    const again = await open({ files: files.afterKill(), sleep: quick() })
    expect(await countRows(again)).toBe(50)
    expect(await figuresById(again)).toEqual(plainFigures(model))
    again.store.startUpkeep()
    await again.store.upkeepDone()
    expect(await countRows(again)).toBe(60)
    expect(await figuresById(again)).toEqual(plainFigures(model))
  })

  it('of a store of an earlier version come in the background', async () => {
    const opened = await open({ sleep: quick() })
    const model = new StoreModel()
    await applyBoth(opened, model, { conversations: manyThreads() })
    await opened.store.upkeepDone()
    await opened.driver.write(() => [
      { sql: 'drop table text_figures', rows: [[]] },
      { sql: "update store_meta set value = '3' where key = 'schema_version'", rows: [[]] },
    ])
    await migrate(opened.driver, dialect)
    expect(await countRows(opened)).toBe(0)
    expect(await figuresById(opened)).toEqual(plainFigures(model))
    opened.store.startUpkeep()
    await opened.store.upkeepDone()
    expect(await countRows(opened)).toBe(60)
    expect(await figuresById(opened)).toEqual(plainFigures(model))
  })

  it('by other rules count for nothing, and are replaced', async () => {
    const opened = await open({ sleep: quick() })
    await opened.store.apply({ conversations: [complaint] })
    await opened.driver.write(() => [
      { sql: "update text_figures set rules_version = 0, score = 1, terms = x''", rows: [[]] },
    ])
    const expected = { 1: judgePlainly(complaint.conversation, complaint.messages) }
    expect(await figuresById(opened)).toEqual(expected)
    opened.store.startUpkeep()
    await opened.store.upkeepDone()
    expect(await opened.driver.all('select rules_version from text_figures')).toEqual([{ rules_version: 1 }])
    expect(await figuresById(opened)).toEqual(expected)
  })

  it('are those of each conversation also where very many are asked for', async () => {
    const opened = await open({ sleep: quick() })
    const model = new StoreModel()
    const texts = ['The kettle is broken.', 'Where is my parcel?', 'Wo ist mein Paket?', 'Great, thank you!']
    const conversations = Array.from({ length: 2_100 }, (_, n) => aHit({ id: `${n}` }, texts[n % 4]))
    await applyBoth(opened, model, { conversations })
    const tombstones = ['0', '1000', '2099'].map((conversationId) => ({ conversationId, deletedAt: start }))
    await applyBoth(opened, model, { tombstones })
    expect(await figuresById(opened)).toEqual(plainFigures(model))
    await opened.store.upkeepDone()
    expect(await countRows(opened)).toBe(2_097)
    expect(await figuresById(opened)).toEqual(plainFigures(model))
  })

  it('are null and empty where the customer wrote nothing', async () => {
    const opened = await open()
    await opened.store.apply({
      conversations: [
        { ...aThread({ id: '1' }), messages: [], thread: { partsTotal: 0 } },
        threadOf({ id: '2', subject: 'Offer' }, [['jonas', 'Do you like the offer?']]),
      ],
    })
    const nothing = { sentiment: null, terms: new Uint32Array() }
    expect(await figuresById(opened)).toEqual({ 1: nothing, 2: nothing })
  })
})

const phrases = [
  'The kettle is broken.',
  'Thanks, all works now!',
  'Wo ist meine Rechnung?',
  'Great, I love it!',
]
const part = fc.tuple(
  fc.constantFrom('ana' as const, 'ana' as const, 'jonas' as const),
  fc.constantFrom(...phrases, 'Where is parcel 7?', ' ', null),
)
const fetched = fc
  .record({
    id: fc.constantFrom('1', '2', '3', '4'),
    age: fc.integer({ min: 0, max: 5 }),
    subject: fc.constantFrom(null, 'Parcel', 'Invoice'),
    parts: fc.array(part, { minLength: 1, maxLength: 4 }),
    isHit: fc.boolean(),
  })
  .map(({ id, age, subject, parts, isHit }) => {
    const thread = threadOf(
      { id, createdAt: start + Number(id), updatedAt: start + 1000 + age, subject },
      parts,
    )
    return isHit ? { ...thread, messages: thread.messages.slice(0, 1), thread: null } : thread
  })
const change = fc.record({
  conversations: fc
    .tuple(fc.array(fetched, { maxLength: 4 }), fc.integer({ min: 0, max: 3 }))
    .map(([some, die]) => (die === 0 ? [...some, ...manyThreads(22)] : some)),
  tombstones: fc
    .constantFrom('1', '101', '', '')
    .map((conversationId) => (conversationId === '' ? [] : [{ conversationId, deletedAt: 1 }])),
})

describe('figures of texts under random changes', () => {
  it('are those of the stored objects at any moment, whatever the background has done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (steps) => {
        const opened = await open({ sleep: quick() })
        const model = new StoreModel()
        for (const step of steps) {
          await applyBoth(opened, model, step)
          expect(await figuresById(opened)).toEqual(plainFigures(model))
        }
        await opened.store.upkeepDone()
        expect(await countRows(opened)).toBe(model.rows.size)
        expect(await figuresById(opened)).toEqual(plainFigures(model))
        await opened.store.close()
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})
