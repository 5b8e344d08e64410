import { judgeSentiment } from '../../src/text/sentiment'
import { confusion, labels, macroF1 } from '../text/sentiment/labelled-set'
import { judgeHalf, labelledMessages } from './sentiment-quality'

/*
 * How well sentiment is judged on the labelled messages (test/sentiment), by half, and how long a message takes. The
 * figure to report is that of `held_out`, which no word list, rule or threshold was fitted to. Only counts are printed,
 * never a message, so that it stays so.
 *
 *   npx tsx test/bench/sentiment.ts [tuning|held_out]
 */
const messages = labelledMessages()
const asked = process.argv.slice(2)

for (const half of ['tuning', 'held_out'] as const) {
  if (asked.length > 0 && !asked.includes(half)) continue
  const pairs = judgeHalf(messages, half)
  print(`${half}: macro-F1 ${macroF1(pairs).toFixed(3)} over ${pairs.length} messages`)
  print(`  ${'labelled'.padEnd(10)}${labels.map((label) => label.padStart(10)).join('')}`)
  for (const [row, counts] of confusion(pairs).entries()) {
    print(`  ${(labels[row] ?? '').padEnd(10)}${counts.map((count) => String(count).padStart(10)).join('')}`)
  }
}

const texts = messages.map(({ text }) => text)
const rounds = 40
for (const text of texts) judgeSentiment(text)
const begun = process.cpuUsage()
for (let round = 0; round < rounds; round++) for (const text of texts) judgeSentiment(text)
const { user } = process.cpuUsage(begun)
const chars = texts.reduce((sum, text) => sum + text.length, 0) / texts.length
print(`${(user / rounds / texts.length).toFixed(1)} µs of CPU a message of ${chars.toFixed(0)} characters`)

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
