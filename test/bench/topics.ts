import { parseArgs } from 'node:util'
import { loadDialogues } from '../../src/simulator/generate/corpus'
import { labelTopics } from '../../src/text/topic-labels'
import { countRight, findDialogueTopics, serviceKinds, serviceNames, userTexts } from './topic-quality'
import { findCorpus } from './workspace'

/*
 * How well the topics found in what the users of a corpus wrote line up with the services that its dialogues name.
 * Service names are not among what is read. A dialogue counts as right when its topic's most frequent service is one
 * of its own; "kind" leaves the number of a service away (`Flights_1` and `Flights_2` are both flights). Purity is
 * over the dialogues that have a topic, "of all" over all of them.
 *
 *   CORPUS=<dialogues.ndjson.gz> npx tsx test/bench/topics.ts [--from 0] [--to 5000]
 */
const { values } = parseArgs({
  options: { from: { type: 'string', default: '0' }, to: { type: 'string', default: '5000' } },
})
const corpus = findCorpus()
if (corpus === null) throw new Error('CORPUS must name a file of dialogues.')
const dialogues = (await loadDialogues(corpus)).slice(Number(values.from), Number(values.to))
const begun = process.cpuUsage()
const { documents, model, assignments, groups: assigned, covered } = findDialogueTopics(dialogues)
const { user } = process.cpuUsage(begun)
const shuffled = shuffle(assigned)

const several = dialogues.filter(({ services }) => services.length > 1).length
const bytes = documents.reduce((sum, { codes }) => sum + codes.byteLength, 0)
print(
  `${dialogues.length} dialogues (${several} of several services), ${model.topics.length} topics, ${user / 1000} ms of CPU`,
)
print(
  `terms: ${(bytes / 4 / documents.length).toFixed(1)} a dialogue, ${(bytes / documents.length).toFixed(0)} bytes`,
)
print(
  `in a topic: ${percent(covered, dialogues.length)}, other: ${percent(dialogues.length - covered, dialogues.length)}`,
)
for (const [name, groups] of [
  ['found', assigned],
  ['control: the same sizes, dealt at random', shuffled],
] as const) {
  const service = countRight(dialogues, groups, serviceNames)
  const kind = countRight(dialogues, groups, serviceKinds)
  print(
    `${name}: purity ${percent(service.right, covered)} by service (of all ${percent(service.right, dialogues.length)}), ` +
      `${percent(kind.right, covered)} by kind (of all ${percent(kind.right, dialogues.length)})`,
  )
}
const { majorities } = countRight(dialogues, assigned, serviceNames)
topicLabels().forEach(({ label, terms }, topic) => {
  const { service = '', right = 0, size = 0 } = majorities.get(topic) ?? {}
  print(
    `${String(size).padStart(6)}  ${label.padEnd(34)} ${service} ${percent(right, size)}  (${terms.join(', ')})`,
  )
})

function topicLabels() {
  const sources = model.topics.map(({ terms }, topic) => {
    const members = assignments.flatMap((each, index) => (each.topic === topic ? [{ ...each, index }] : []))
    const typical = members.sort((a, b) => b.fit - a.fit).slice(0, 8)
    const texts = typical.flatMap(({ index }) => {
      const dialogue = dialogues[index]
      return dialogue === undefined ? [] : userTexts(dialogue)
    })
    return { terms, texts }
  })
  return labelTopics(sources)
}

/** The same shuffle each time. */
function shuffle(groups: readonly number[]): number[] {
  const dealt = [...groups]
  let state = 1
  for (let last = dealt.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    const other = Math.floor((state / 2 ** 32) * (last + 1))
    const taken = dealt[last] ?? -1
    dealt[last] = dealt[other] ?? -1
    dealt[other] = taken
  }
  return dealt
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
