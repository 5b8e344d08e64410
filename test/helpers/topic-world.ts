import { topics } from '../../src/simulator/content/topics'
import { createWorld } from '../../src/simulator/world'
import { extractTopicTerms, type TermCodes } from '../../src/text/topic-terms'

/** The moment at which the invented workspace stands: 6 March 2025, 12:00 in Dublin. */
export const worldNow = 1_741_262_400

/** A conversation of the invented workspace, with what it is about. */
export interface WorldConversation {
  id: string
  createdAt: number
  /** Key of the topic that its sentences were taken from. */
  topic: string
  isEnglish: boolean
  texts: string[]
  codes: TermCodes
}

/** Conversations of an invented workspace, oldest first, those left out in which no customer wrote. */
export function tellConversations(size: number, seed = 'topics'): WorldConversation[] {
  const world = createWorld({ size, seed, now: worldNow, days: 60 })
  return world.ids().flatMap((id) => {
    const story = world.story(world.indexOf(id) ?? 0)
    const texts = world
      .messages(id)
      .filter(({ authorType }) => ['user', 'lead', 'contact'].includes(authorType))
      .map(({ text }) => text)
    if (texts.length === 0) return []
    return [
      {
        ...{ id, createdAt: story.createdAt, topic: topics[story.topic]?.key ?? '' },
        isEnglish: world.stage.people.language(story.contact) === 'en',
        ...{ texts, codes: extractTopicTerms(texts) },
      },
    ]
  })
}

/** Share of the members of each group that belong to the group's most frequent kind; those of group -1 are left out. */
export function purityOf(groups: readonly number[], kinds: readonly string[]): number {
  const counts = new Map<number, Map<string, number>>()
  groups.forEach((group, index) => {
    if (group < 0) return
    const kind = kinds[index] ?? ''
    const inside = counts.get(group) ?? new Map<string, number>()
    counts.set(group, inside.set(kind, (inside.get(kind) ?? 0) + 1))
  })
  const right = [...counts.values()].reduce((sum, inside) => sum + Math.max(...inside.values()), 0)
  return right / Math.max(1, groups.filter((group) => group >= 0).length)
}
