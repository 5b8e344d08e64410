import type { ConversationAnswer, SearchAnswer } from '../../domain/answers'
import type { ServedProgram } from '../../mcp/connect-to-program'
import type { World } from '../../simulator/world'
import { type AnsweredQuestion, frameDays, frameWord, phrase, replyWord } from './questions'

export interface Verdict {
  question: string
  passed: boolean
  /** What was compared, or what differs. */
  detail: string
}

/**
 * Compares every answer with a plain scan of the simulator's world, which shares no code with the search: the whole
 * list of ids, read page by page, and every message of the thread.
 */
export async function verifyAnswers(
  answers: readonly AnsweredQuestion[],
  program: ServedProgram,
  world: World,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [await verifyCounts(program, world)]
  for (const answer of answers) {
    verdicts.push(
      answer.key === 'thread'
        ? await verifyThread(answer, program, world)
        : await verifySearch(answer, program, findExpected(answer.key, world)),
    )
  }
  const missing = 5 - answers.length
  if (missing > 0)
    verdicts.push({ question: 'All five questions', passed: false, detail: `${missing} not asked` })
  return verdicts
}

async function verifyCounts(program: ServedProgram, world: World): Promise<Verdict> {
  const { data } = await program.call('get_data_info', {})
  let messages = 0
  for (const id of world.ids()) messages += world.messages(id).length
  const stored = [data.total_conversations, data.total_messages]
  const passed = stored[0] === world.count() && stored[1] === messages
  const expected = `${world.count()} conversations and ${messages} messages`
  return {
    question: 'Is everything there?',
    passed,
    detail: passed ? expected : `stored ${stored.join(' and ')}, in the source ${expected}`,
  }
}

async function verifySearch(
  { question, arguments: asked }: AnsweredQuestion,
  program: ServedProgram,
  expected: Set<string>,
): Promise<Verdict> {
  const { ids, total } = await readAllIds(program, asked)
  const found = new Set(ids)
  const missing = [...expected].filter((id) => !found.has(id))
  const surplus = ids.filter((id) => !expected.has(id))
  const problems = [
    total === expected.size ? '' : `total ${total} instead of ${expected.size}`,
    expected.size > 0 ? '' : 'nothing in the source to find',
    found.size === ids.length ? '' : 'a conversation came twice',
    missing.length > 0 ? `missing ${missing.slice(0, 5).join(', ')}` : '',
    surplus.length > 0 ? `not expected ${surplus.slice(0, 5).join(', ')}` : '',
  ].filter(Boolean)
  return {
    question,
    passed: problems.length === 0,
    detail:
      problems.length === 0 ? `${expected.size} ids, all and only those of the source` : problems.join('; '),
  }
}

async function readAllIds(program: ServedProgram, asked: Record<string, unknown>) {
  const ids: string[] = []
  let cursor: string | null = null
  let total = 0
  do {
    const page = cursor === null ? { ...asked, limit: 1000 } : { cursor }
    const { data } = await program.call('search_conversations', page)
    const answer = data as unknown as SearchAnswer
    ids.push(...answer.conversations.map((hit) => hit.id))
    total = answer.total
    cursor = answer.next_cursor
  } while (cursor !== null)
  return { ids, total }
}

async function verifyThread(
  { question, arguments: asked }: AnsweredQuestion,
  program: ServedProgram,
  world: World,
): Promise<Verdict> {
  const id = String(asked.conversation_id)
  const received: string[] = []
  let cursor: string | null = null
  do {
    const page = cursor === null ? asked : { ...asked, cursor }
    const { conversation } = (await program.call('get_conversation', page))
      .data as unknown as ConversationAnswer
    for (const { text } of conversation.messages)
      if (text !== null) received.push(lettersOf(withoutImageMarks(text)))
    cursor = conversation.next_cursor
  } while (cursor !== null)
  const source = world.messages(id).map(({ text }) => lettersOf(text))
  const differing = source.findIndex((text, index) => text !== received[index])
  const passed = source.length === received.length && differing === -1
  return {
    question,
    passed,
    detail: passed
      ? `${source.length} messages, word for word`
      : `${received.length} of ${source.length} messages; the first that differs is number ${differing + 1}`,
  }
}

/** The store keeps the place of a picture as a mark; the source's plain text has nothing there. */
const withoutImageMarks = (text: string) => text.replaceAll('[image]', '')

/** Spaces and list marks may be set otherwise; words may not. */
function lettersOf(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')
}

function findExpected(key: AnsweredQuestion['key'], world: World): Set<string> {
  const matching = (keep: (id: string) => boolean) => new Set(world.ids().filter(keep))
  switch (key) {
    case 'reply_word':
      return matching((id) => hasWords(id, world, new RegExp(`${notInWord}${replyWord}(?![a-z0-9])`, 'i')))
    case 'phrase':
      return matching((id) =>
        hasWords(
          id,
          world,
          new RegExp(`${notInWord}${phrase.replaceAll(' ', '[^a-z0-9]+')}(?![a-z0-9])`, 'i'),
        ),
      )
    case 'timeframe': {
      const wanted = new RegExp(`${notInWord}${frameWord}(s|ed|ing|able)?(?![a-z0-9])`, 'i')
      const isInFrame = createFrameTest(world)
      return matching((id) => isInFrame(id) && hasWords(id, world, wanted))
    }
    default:
      return matching((id) => {
        const conversation = world.conversation(id)
        return conversation?.state === 'open' && conversation.waiting_since !== null
      })
  }
}

const notInWord = '(?<![a-z0-9])'

function hasWords(id: string, world: World, wanted: RegExp): boolean {
  const conversation = world.conversation(id)
  const headings = [conversation?.title, conversation?.source.subject].map(
    (html) => html?.replace(/<[^>]*>/g, ' ') ?? '',
  )
  return [...headings, ...world.messages(id).map(({ text }) => text)].some((text) => wanted.test(text))
}

/** Dates on the wall of the workspace, compared as text: the day itself and those before it. */
function createFrameTest(world: World): (id: string) => boolean {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: world.workspace.timezone })
  const [year = 0, month = 1, day = 1] = format.format(Date.now()).split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1, day - frameDays + 1)).toISOString().slice(0, 10)
  return (id) => format.format((world.conversation(id)?.created_at ?? 0) * 1000) >= first
}
