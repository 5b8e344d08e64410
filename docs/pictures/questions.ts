import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Row } from './screen'

interface Question {
  /** As a person would put it. */
  asked: string
  tool: string
  arguments: Record<string, unknown>
}

export interface Answered extends Question {
  /** The text of the answer, as every model reads it. */
  text: string
}

/** Asked for the picture of an answer. */
export const questions: readonly Question[] = [
  {
    asked: 'What did customers say about refunds last week?',
    tool: 'search_conversations',
    arguments: { query: 'refund', timeframe: 'last week', limit: 3 },
  },
  {
    asked: 'How fast did each team answer in the last 30 days, and how were they rated?',
    tool: 'search_conversations',
    arguments: {
      timeframe: 'last 30 days',
      limit: 1,
      aggregation: { group_by: 'team', metrics: ['count', 'median_response_time', 'avg_rating'] },
    },
  },
]

/** Asks the built program, served with the demo's workspace as a client would start it. */
export async function askServer(
  [command = '', ...args]: readonly string[],
  env: Record<string, string>,
): Promise<Answered[]> {
  const client = new Client({ name: 'pictures', version: '1.0.0' })
  await client.connect(
    new StdioClientTransport({ command, args: [...args, 'start', '--demo'], env, stderr: 'ignore' }),
  )
  try {
    const answers: Answered[] = []
    for (const question of questions) {
      const result = await client.callTool({ name: question.tool, arguments: question.arguments })
      const text = (result.content as { text?: string }[]).map((part) => part.text ?? '').join('\n')
      if (result.isError) throw new Error(text)
      answers.push({ ...question, text })
    }
    return answers
  } finally {
    await client.close()
  }
}

/** Cursors are drawn by chance, ages count from the demo's sync, and the hits under figures are left out. */
function settle(text: string): string[] {
  return text
    .replace(/cursor "[^"]+"/, 'cursor "…"')
    .replace(/Synced \d+ \w+ ago/, 'Synced 2 minutes ago')
    .replace(/\nSome of the conversations:[\s\S]*?(?=\nData:)/, '')
    .split('\n')
}

/** Question, call and answer as rows of a terminal's look, long lines broken at words. */
export function rowsOfConversation(answers: readonly Answered[], columns: number): Row[] {
  return answers.flatMap((answer, index) => [
    ...(index === 0 ? [] : [[], []]),
    [...row('❯', 6, true, 0), ...row(answer.asked, null, true)],
    [],
    ...breakLine(`${answer.tool} ${JSON.stringify(answer.arguments)}`, columns - 2).map((line) =>
      row(line, 8),
    ),
    [],
    ...settle(answer.text).flatMap((line) =>
      breakLine(line, columns - 2).map((part) => row(part, colourOfLine(line))),
    ),
  ])
}

function colourOfLine(line: string): number | null {
  if (line.startsWith('Data: ')) return 2
  return /^(?:More|Older): /.test(line) ? 8 : null
}

function row(text: string, colour: number | null, isBold = false, column = 2): Row {
  return [{ column, width: text.length, text, colour, isBold, isDim: false, isForeign: false }]
}

/** Breaks at spaces; what follows is set in as far as the line itself, and two columns more. */
function breakLine(line: string, width: number): string[] {
  if (line.length <= width) return [line]
  const cut = Math.max(line.lastIndexOf(' ', width), line.lastIndexOf(',', width - 1) + 1)
  const end = cut > width / 2 ? cut : width
  const indent = ' '.repeat((/^ */.exec(line)?.[0].length ?? 0) + (line.startsWith('- ') ? 2 : 0))
  return [line.slice(0, end), ...breakLine(`${indent}${line.slice(end).trimStart()}`, width)]
}
