import type { SimulatorClock } from './clock'
import type { IndexEntry } from './conversation-index'
import type { DistortionName } from './fault-table'
import type { Distortion, Faults } from './faults'
import { type Story, summarizeStory } from './generate/story'
import { type ConversationSearch, createConversationSearch } from './search/conversation-search'
import { toListItem, toThread } from './wire/conversation'
import type { World } from './world'

/** A copy of the workspace that hears of each change late, as a search index or a replica of a database does. */
interface LateCopy {
  readonly world: World
  readonly search: ConversationSearch
  /** Brings the copy to where the workspace stood so many seconds ago; what it has heard already it keeps. */
  catchUp(lagSeconds: number): void
  /** Hears of nothing any more. */
  end(): void
}

interface Heard {
  at: number
  index: number
  /** null for a deletion. */
  story: Story | null
}

/** Begins as the workspace is now. */
function createLateCopy(world: World, clock: SimulatorClock): LateCopy {
  const { stage } = world
  const changed = new Map<number, Story>()
  const waiting: Heard[] = []
  // A story is replaced and never changed, so the one told now is the one of this moment.
  const storyOf = (index: number) => changed.get(index) ?? world.story(index)
  const end = world.watch((index, story, before) => {
    if (!changed.has(index) && before !== null) changed.set(index, before)
    waiting.push({ at: clock.now(), index, story })
  })
  const index = world.index.copy()
  let revision = 0

  const find = (id: string): Story | null => {
    const number = world.indexOf(id)
    return number !== null && index.has(number) ? storyOf(number) : null
  }

  const hear = ({ index: number, story }: Heard): void => {
    revision++
    if (story === null) {
      index.remove(number)
      return
    }
    changed.set(number, story)
    if (index.has(number)) index.update(number, entryOf(story))
    else index.add(number, entryOf(story))
  }

  const view: World = Object.create(world, {
    index: { value: index },
    story: { value: storyOf },
    revision: { get: () => revision },
    count: { value: () => index.count },
    ids: { value: () => index.order('created_at').map(stage.idOf) },
    conversation: {
      value: (id: string) => {
        const found = find(id)
        return found === null ? null : toThread(stage, found)
      },
    },
    listItem: {
      value: (id: string) => {
        const found = find(id)
        return found === null ? null : toListItem(stage, found)
      },
    },
  })
  return {
    world: view,
    search: createConversationSearch(view),
    catchUp(lagSeconds) {
      const until = clock.now() - lagSeconds
      while (waiting[0] !== undefined && waiting[0].at <= until) hear(waiting.shift() as Heard)
    },
    end,
  }
}

function entryOf(story: Story): IndexEntry {
  return { createdAt: story.createdAt, ...summarizeStory(story) }
}

const lagOf = {
  'conversations.search': 'index_lag',
  'conversations.list': 'index_lag',
  'conversations.get': 'thread_lag',
} as const satisfies Record<string, DistortionName>

type LaggingEndpoint = keyof typeof lagOf

export interface LateCopies {
  /** Begins and ends copies, so that there is one for each lag that is switched on. */
  follow(faults: Pick<Faults, 'has'>): void
  /** The copy that an endpoint has to answer from; null when that is the workspace itself. */
  copyFor(endpoint: string, distort: (fault: DistortionName) => Distortion | null): LateCopy | null
}

/** Copies only while faults need them. */
export function createLateCopies(world: World, clock: SimulatorClock): LateCopies {
  const copies = new Map<DistortionName, LateCopy>()
  return {
    follow(faults) {
      for (const fault of new Set(Object.values(lagOf))) {
        if (faults.has(fault) === copies.has(fault)) continue
        copies.get(fault)?.end()
        if (!copies.delete(fault)) copies.set(fault, createLateCopy(world, clock))
      }
    },
    copyFor(endpoint, distort) {
      const fault = endpoint in lagOf ? lagOf[endpoint as LaggingEndpoint] : null
      const copy = fault && copies.get(fault)
      const lag = copy && fault ? distort(fault) : null
      if (!copy || !lag) return null
      copy.catchUp(lag.amount)
      return copy
    },
  }
}
