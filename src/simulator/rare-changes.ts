import type { Changes } from './changes'
import type { Random } from './generate/random'
import type { World } from './world'

export type RareChange = 'redact' | 'redact-opening' | 'delete' | 'merge' | 'merge-contacts' | 'touch'

/** Does to a conversation what teammates seldom do, or to another one in its stead when that is not possible. */
export function makeRareChange(
  world: World,
  change: Changes,
  random: Random,
  id: string,
): { what: RareChange; id: string } {
  const point = random.next()
  const any = world.stage.idOf(random.pick(world.index.order('created_at')))
  if (point < 0.25) {
    const part = lastPartThatSpeaks(world, id)
    change.redact(id, part)
    return { what: part === undefined ? 'redact-opening' : 'redact', id }
  }
  if (point < 0.35) {
    change.redact(any)
    return { what: 'redact-opening', id: any }
  }
  if (point < 0.65 && world.count() > 1) {
    change.delete(any)
    return { what: 'delete', id: any }
  }
  if (point < 0.8 && any !== id) {
    change.merge(any, id)
    return { what: 'merge', id: any }
  }
  if (point < 0.9 && mergeContacts(world, change, id, any)) return { what: 'merge-contacts', id }
  change.touch(any)
  return { what: 'touch', id: any }
}

function lastPartThatSpeaks(world: World, id: string): string | undefined {
  const parts = world.conversation(id)?.conversation_parts.conversation_parts ?? []
  return parts.findLast(({ body, redacted }) => body !== null && !redacted)?.id
}

function mergeContacts(world: World, change: Changes, id: string, other: string): boolean {
  const [from, into] = [id, other].map((each) => world.listItem(each)?.contacts.contacts[0]?.id)
  if (from === undefined || into === undefined || isOnePerson(world, from, into)) return false
  change.mergeContacts(from, into)
  return true
}

/** Conversations go on naming a contact that has been merged into another. */
function isOnePerson({ stage, contacts }: World, ...ids: [string, string]): boolean {
  const [one, other] = ids.map((id) => {
    const person = stage.people.numberOf(id)
    return person === null ? id : contacts.canonical(person)
  })
  return one === other
}
