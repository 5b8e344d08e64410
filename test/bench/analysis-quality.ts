import { loadDialogues } from '../../src/simulator/generate/corpus'
import { macroF1 } from '../text/sentiment/labelled-set'
import type { Row, Section } from './rows'
import { judgeHalf, labelledMessages } from './sentiment-quality'
import { countRight, findDialogueTopics, serviceNames } from './topic-quality'

const dialoguesRead = 5_000
const leastPurity = 70
const mostTopics = 25
const mostOther = 25

/** How well sentiment is judged, and how well topics line up with the services that dialogues name. */
export async function measureTexts(corpus: string | null): Promise<Section> {
  const messages = labelledMessages()
  const tuning = macroF1(judgeHalf(messages, 'tuning'))
  const sentiment: Row = {
    what: 'sentiment, macro-F1 on the half that nothing was fitted to',
    ...{ figure: macroF1(judgeHalf(messages, 'held_out')), unit: 'F1' },
    ...{ comparedWith: 'the half that the rules were fitted to', reference: tuning },
  }
  const topics = corpus === null ? [] : await measureTopics(corpus)
  return { title: 'how well texts are judged', rows: [sentiment, ...topics] }
}

async function measureTopics(corpus: string): Promise<Row[]> {
  const dialogues = (await loadDialogues(corpus)).slice(0, dialoguesRead)
  const { model, groups, covered } = findDialogueTopics(dialogues)
  const { right } = countRight(dialogues, groups, serviceNames)
  const other = dialogues.length - covered
  return [
    {
      what: `topics of ${dialogues.length.toLocaleString('en')} dialogues, purity by service`,
      ...{ figure: (100 * right) / covered, unit: '%' },
      ...{ comparedWith: 'target', bound: 'at least', reference: leastPurity },
    },
    {
      what: 'dialogues without a topic',
      ...{ figure: (100 * other) / dialogues.length, unit: '%' },
      ...{ comparedWith: 'target', bound: 'at most', reference: mostOther },
    },
    {
      what: 'topics',
      ...{ figure: model.topics.length, unit: 'topics' },
      ...{ comparedWith: 'target', bound: 'at most', reference: mostTopics },
    },
  ]
}
