import type { Changes } from './changes'
import { createRandom, hashText } from './generate/random'
import { makeRareChange, type RareChange } from './rare-changes'
import type { World } from './world'

export interface LiveOptions {
  /** Time between two changes. */
  everyMs?: number
  seed?: string | number
  /** Share of the changes that redact, delete or merge; none by default. */
  rare?: number
}

export interface LiveChanges {
  /** Makes one change now and says which. */
  step(): LiveChange
  stop(): void
}

interface LiveChange {
  what: EverydayChange | RareChange
  id: string
}

type EverydayChange =
  | 'create'
  | 'customer-reply'
  | 'teammate-reply'
  | 'note'
  | 'close'
  | 'reopen'
  | 'tag'
  | 'rate'

/** Makes one change after another, mostly in conversations that moved lately. The seed decides what happens. */
export function createLiveStep(
  world: World,
  change: Changes,
  { seed = 'live', rare = 0 }: Omit<LiveOptions, 'everyMs'> = {},
): () => LiveChange {
  const random = createRandom(hashText(String(seed)))

  function pickRecent(): string | null {
    const order = world.index.order('updated_at')
    if (order.length === 0) return null
    const back = Math.floor(random.next() ** 2 * Math.min(order.length, 60))
    const index = order[order.length - 1 - back]
    return index === undefined ? null : world.stage.idOf(index)
  }

  function step(): LiveChange {
    const id = pickRecent()
    if (id !== null && rare > 0 && random.chance(rare)) return makeRareChange(world, change, random, id)
    if (id === null || random.chance(0.2)) return { what: 'create', id: change.create() }
    const admin = random.int(world.stage.staff.admins.length - 1)
    const closed = world.conversation(id)?.state === 'closed'
    const point = random.next()
    if (closed && point < 0.5) {
      change.reopen(id, admin)
      return { what: 'reopen', id }
    }
    if (closed && point < 0.8) {
      change.rate(id, random.between(1, 5))
      return { what: 'rate', id }
    }
    return work(id, admin, point)
  }

  function work(id: string, admin: number, point: number): LiveChange {
    if (point < 0.35) {
      change.reply(id)
      return { what: 'customer-reply', id }
    }
    if (point < 0.7) {
      change.reply(id, { by: admin })
      return { what: 'teammate-reply', id }
    }
    if (point < 0.78) {
      change.note(id, undefined, admin)
      return { what: 'note', id }
    }
    if (point < 0.86) {
      change.tag(id, random.pick(world.stage.staff.tags).name)
      return { what: 'tag', id }
    }
    change.close(id, admin)
    return { what: 'close', id }
  }

  return step
}

/** Customers and teammates at work, until stopped. */
export function startLiveChanges(world: World, change: Changes, options: LiveOptions = {}): LiveChanges {
  const { everyMs = 5000, ...character } = options
  const step = createLiveStep(world, change, character)
  const timer = setInterval(step, everyMs)
  timer.unref()
  return { step, stop: () => clearInterval(timer) }
}
