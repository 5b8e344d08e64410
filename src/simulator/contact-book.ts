import type { JsonObject } from '../domain/conversation'
import type { People } from './generate/people'
import { type ContactTimes, toContact } from './wire/contact'
import type { Stage } from './wire/stage'

/** What became of the customers: when they wrote, and who was merged into whom. */
export interface ContactBook {
  readonly revision: number
  /** Records that a contact opened or answered a conversation. */
  wrote(person: number, at: number): void
  merge(from: number, into: number): void
  /** The contact that stands in for a merged one, or itself. */
  canonical(person: number): number
  /** The contact object; null when unknown or merged. */
  find(stage: Stage, id: string): JsonObject | null
  /** Numbers of all contacts that are not merged, ascending. */
  numbers(): readonly number[]
}

/** Contacts that never wrote are taken to have come shortly before `worldStart`. */
export function createContactBook(people: People, worldStart: number): ContactBook {
  const first = new Map<number, number>()
  const last = new Map<number, number>()
  const merged = new Map<number, number>()
  let revision = 0
  let listed: { revision: number; numbers: number[] } | null = null

  function canonical(person: number): number {
    let resolved = people.canonical(person)
    for (let hops = 0; hops < 3; hops++) {
      const next = merged.get(resolved)
      if (next === undefined) break
      resolved = next
    }
    return resolved
  }

  function times(person: number): ContactTimes {
    const { knownFor } = people.record(person)
    const createdAt = (first.get(person) ?? worldStart) - knownFor
    const lastRepliedAt = last.get(person) ?? null
    return { createdAt, updatedAt: lastRepliedAt ?? createdAt, lastRepliedAt }
  }

  return {
    get revision() {
      return revision
    },
    wrote: (person, at) => {
      const owner = canonical(person)
      first.set(owner, Math.min(first.get(owner) ?? at, at))
      last.set(owner, Math.max(last.get(owner) ?? at, at))
    },
    merge: (from, into) => {
      merged.set(canonical(from), canonical(into))
      revision++
    },
    canonical,
    find: (stage, id) => {
      const person = people.numberOf(id)
      if (person === null || canonical(person) !== person) return null
      return toContact(stage, people.record(person), times(person))
    },
    numbers: () => {
      if (listed?.revision !== revision) {
        const numbers = Array.from({ length: people.count }, (_, person) => person)
        listed = { revision, numbers: numbers.filter((person) => canonical(person) === person) }
      }
      return listed.numbers
    },
  }
}
