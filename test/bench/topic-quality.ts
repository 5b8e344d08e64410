import type { Dialogue } from '../../src/simulator/generate/corpus'
import { extractTopicTerms } from '../../src/text/topic-terms'
import { findTopics } from '../../src/text/topics'

/** The dialogues with the topics found in what their users wrote; service names are not among what is read. */
export function findDialogueTopics(dialogues: readonly Dialogue[]) {
  const documents = dialogues.map((dialogue) => {
    return { id: dialogue.id, codes: extractTopicTerms(userTexts(dialogue)) }
  })
  const model = findTopics(documents)
  const assignments = documents.map(({ codes }) => model.assign(codes))
  const groups = assignments.map(({ topic }) => topic)
  return { documents, model, assignments, groups, covered: groups.filter((topic) => topic >= 0).length }
}

/** What the user wrote. */
export function userTexts({ turns }: Dialogue): string[] {
  return turns.filter(([speaker]) => speaker === 'user').map(([, text]) => text)
}

/** The services that a dialogue names. */
export function serviceNames({ services }: Dialogue): string[] {
  return services
}

/** The same without their numbers: `Flights_1` and `Flights_2` are both flights. */
export function serviceKinds({ services }: Dialogue): string[] {
  return services.map((service) => service.replace(/_\d+$/, ''))
}

interface Majority {
  service: string
  right: number
  size: number
}

/** How many dialogues of each topic are of its most frequent service, and of all topics together. */
export function countRight(
  dialogues: readonly Dialogue[],
  groups: readonly number[],
  namesOf: (dialogue: Dialogue) => string[],
) {
  const majorities = new Map<number, Majority>()
  let right = 0
  for (const topic of new Set(groups.filter((group) => group >= 0))) {
    const members = dialogues.filter((_, index) => groups[index] === topic)
    const counts = new Map<string, number>()
    for (const member of members) {
      for (const name of new Set(namesOf(member))) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    const [service, count] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? ['', 0]
    majorities.set(topic, { service, right: count, size: members.length })
    right += count
  }
  return { right, majorities }
}
