import { readFileSync } from 'node:fs'
import { judgeSentiment } from '../../src/text/sentiment'
import { type JudgedPair, type LabelledMessage, readLabelled } from '../text/sentiment/labelled-set'

const file = new URL('../sentiment/labelled-messages.ndjson', import.meta.url)

/** All labelled messages. */
export function labelledMessages(): LabelledMessage[] {
  return readLabelled(readFileSync(file, 'utf8'))
}

/** One half of them, each with its label and how it is judged. */
export function judgeHalf(
  messages: readonly LabelledMessage[],
  half: LabelledMessage['split'],
): JudgedPair[] {
  return messages
    .filter(({ split }) => split === half)
    .map(({ text, label }) => ({ label, judged: judgeSentiment(text)?.label ?? 'not judged' }))
}
