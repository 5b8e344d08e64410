import type { FetchedConversation } from '../domain/conversation'

/**
 * How much goes into one change of the store. A change is written in one go, and answers wait for it, so it is kept
 * to about 40 ms: measured on two cores, writing takes 35 ms for 900 messages of 160 characters or 500 of 300, and
 * preparing them (which lets answers through) about as long. A single conversation is never split, whatever its size.
 */
const conversationsPerChange = 50
const messagesPerChange = 800
const charactersPerChange = 150_000

/** Whether so many conversations or tombstones fill a change. */
export function isFullChange(count: number): boolean {
  return count >= conversationsPerChange
}

/** Counts what is in a change that is being filled. */
export interface ChangeMeter {
  /** Whether a conversation still fits; into an empty change any does. */
  hasRoomFor(fetched: FetchedConversation): boolean
  add(fetched: FetchedConversation): void
}

/** A meter for an empty change. */
export function createChangeMeter(): ChangeMeter {
  let conversations = 0
  let messages = 0
  let characters = 0
  return {
    hasRoomFor(fetched) {
      if (conversations === 0) return true
      return (
        conversations < conversationsPerChange &&
        messages + fetched.messages.length <= messagesPerChange &&
        characters + countCharacters(fetched) <= charactersPerChange
      )
    },
    add(fetched) {
      conversations += 1
      messages += fetched.messages.length
      characters += countCharacters(fetched)
    },
  }
}

/** Cuts conversations into changes, in their order. */
export function splitIntoChanges(conversations: readonly FetchedConversation[]): FetchedConversation[][] {
  const changes: FetchedConversation[][] = []
  let meter = createChangeMeter()
  for (const fetched of conversations) {
    const open = changes.at(-1)
    if (open !== undefined && meter.hasRoomFor(fetched)) open.push(fetched)
    else {
      changes.push([fetched])
      meter = createChangeMeter()
    }
    meter.add(fetched)
  }
  return changes
}

function countCharacters({ messages }: FetchedConversation): number {
  return messages.reduce((sum, { text }) => sum + (text?.length ?? 0), 0)
}
