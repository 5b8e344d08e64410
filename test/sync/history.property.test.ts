import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeCoverage, type TimeField } from '../../src/domain/coverage'
import { createSyncEngine } from '../../src/sync/engine'
import { aNeed, type SyncNeed } from '../../src/sync/need'
import { createSource } from '../helpers/source-in-memory'
import { createMemoryStore } from '../helpers/store-in-memory'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'

const hour = 3_600
const start = 1_000_000
const settings = { initialSyncDays: 2, syncDays: 1, overlapSeconds: 300 }

type Happening =
  | { kind: 'pass'; seconds: number }
  | { kind: 'create' }
  | { kind: 'reply'; which: number }
  | { kind: 'remove'; which: number }
type Step = Happening | { kind: 'sync'; need: SyncNeed; crashAfter: number | null; meanwhile: Happening[] }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 12 * hour }) }),
  fc.record({ kind: fc.constant('create' as const) }),
  fc.record({ kind: fc.constant('reply' as const), which: fc.nat(40) }),
  fc.record({ kind: fc.constant('remove' as const), which: fc.nat(40) }),
)
/** Between two requests little time passes, but as much may happen. */
const meanwhile = happening.map((event) =>
  event.kind === 'pass' ? { ...event, seconds: Math.ceil(event.seconds / hour) } : event,
)
const timeField = fc.constantFrom<TimeField>('created_at', 'updated_at')
const frame = fc
  .record({ fromHours: fc.nat(120), hours: fc.integer({ min: 1, max: 60 }) })
  .map(({ fromHours, hours }) => {
    const from = start - 24 * hour + fromHours * hour
    return { start: from, end: from + hours * hour }
  })
const asked = fc.record({
  gaps: fc.array(frame, { minLength: 1, maxLength: 2 }),
  timeField,
  backfillLimit: fc.constantFrom(2, 6, 1_000),
})
const need = fc
  .record({
    incremental: fc.boolean(),
    days: fc.option(fc.integer({ min: 1, max: 5 })),
    force: fc.boolean(),
    background: fc.boolean(),
    asked: fc.array(asked, { maxLength: 3 }),
    ordered: fc.array(frame, { maxLength: 1 }),
    forced: fc.array(frame, { maxLength: 1 }),
  })
  .map(aNeed)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: happening },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('sync' as const),
      need,
      crashAfter: fc.option(fc.nat(12)),
      meanwhile: fc.array(meanwhile, { maxLength: 12 }),
    }),
  },
)

/** A workspace, a store, and the engine between them; a crash makes a new engine over what the store holds. */
function createWorld() {
  const { api, source } = createSource({ now: start, pageSize: 3 })
  const memory = createMemoryStore()
  // More history than the first run reads, so that there are gaps to fill and pages to turn.
  const olderConversations = 16
  for (let index = 1; index <= olderConversations; index += 1)
    source.create(`c${index}`, start - index * 9 * hour)
  let created = olderConversations
  let runs = 0
  let engine = createEngine()

  function createEngine() {
    return createSyncEngine({
      store: memory.store,
      api,
      settings,
      logger: quietLogger,
      timers: createTestTimers(),
    })
  }

  function happen(event: Happening): void {
    if (event.kind === 'pass') source.now += event.seconds
    else if (event.kind === 'create') source.create(`c${++created}`)
    else if (event.kind === 'reply') source.reply(`c${event.which}`)
    else source.remove(`c${event.which}`)
  }

  async function sync({ need, crashAfter, meanwhile }: Extract<Step, { kind: 'sync' }>): Promise<void> {
    const events = [...meanwhile]
    let requests = 0
    source.beforeAnswer = async () => {
      requests += 1
      if (crashAfter !== null && requests > crashAfter) throw new Error('killed')
      const event = events.shift()
      if (event) happen(event)
    }
    const request = { id: `run${++runs}`, need, signal: new AbortController().signal, onProgress: () => {} }
    await engine.run(request).catch((error: Error) => {
      expect(error.message).toBe('killed')
      engine = createEngine()
    })
    source.beforeAnswer = async () => {}
  }

  return { source, memory, happen, sync }
}

/** The promise of `covered` and of as_of, held against the workspace itself. */
function expectNothingMissing({ source, memory }: ReturnType<typeof createWorld>): void {
  const state = memory.syncState()
  const { asOf } = state
  if (asOf === null) return
  expect(asOf).toBeLessThanOrEqual(source.now)
  const bounds = { now: asOf, workspaceCreatedAt: 1_000 }
  for (const conversation of source.conversations.values()) {
    // What was updated at as_of or later is a matter of the next run, and of how stale the answer says it is.
    if (conversation.updatedAt >= asOf) continue
    const covers = (field: TimeField, at: number): boolean =>
      judgeCoverage(state, { start: at, end: at + 1 }, field, bounds).coverage === 'full'
    const promised =
      covers('created_at', conversation.createdAt) || covers('updated_at', conversation.updatedAt)
    if (!promised) continue
    const row = memory.rows.get(conversation.id)
    expect(row?.fetched.conversation.updatedAt).toBe(conversation.updatedAt)
    expect(row?.threadUpdatedAt).toBe(conversation.updatedAt)
    expect(row?.fetched.messages).toHaveLength(1 + conversation.replies.length)
  }
}

// Fixed seeds, so that a failure comes again.
describe('any history of a workspace, of runs and of crashes', () => {
  it('never leaves a conversation out of what is said to be covered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = createWorld()
        for (const event of steps) {
          if (event.kind === 'sync') await world.sync(event)
          else world.happen(event)
          expectNothingMissing(world)
        }
      }),
      { numRuns: 400, seed: 7 },
    )
  })

  it('has every conversation, and no deleted one, after a last undisturbed run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = createWorld()
        for (const event of steps) await (event.kind === 'sync' ? world.sync(event) : world.happen(event))
        world.happen({ kind: 'pass', seconds: 2 })
        const everything = aNeed({ days: 30 })
        await world.sync({ kind: 'sync', need: everything, crashAfter: null, meanwhile: [] })
        const stored = [...world.memory.rows].map(([id, row]) => [id, row.threadUpdatedAt])
        const held = [...world.source.conversations.values()].map(({ id, updatedAt }) => [id, updatedAt])
        expect(Object.fromEntries(stored)).toEqual(Object.fromEntries(held))
      }),
      { numRuns: 150, seed: 7 },
    )
  })
})
