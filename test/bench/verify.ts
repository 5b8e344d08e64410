import { createHash } from 'node:crypto'
import type { World } from '../../src/simulator/world'
import type { SqlDriver } from '../../src/storage/driver'
import { openReadOnlyView } from '../../src/storage/sqljs/read-only-view'

/** The store and its source laid side by side. */
export interface Comparison {
  conversations: number
  messages: number
  /** Of all texts in the order of conversations and messages; the source has the same one. */
  textHash: string
  /** What is not as the source has it, in words; empty when all is equal. */
  differences: string[]
}

/**
 * Reads the files as another process would and holds every conversation and every message's text against the world.
 */
export async function compareWithSource(dataFile: string, world: World): Promise<Comparison> {
  const view = await openReadOnlyView(dataFile)
  try {
    const ids = world.ids()
    const stored = await view.all<{ id: string }>('select id from conversations')
    const known = new Set(ids)
    const differences = stored
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => `${id} is not of the source`)
    const hash = createHash('sha256')
    let messages = 0
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      const some = ids.slice(from, from + idsAtOnce)
      const texts = await readTexts(view, some)
      for (const id of some) {
        const told = world.messages(id).map(({ text }) => wordsOf(text))
        const found = texts.get(id) ?? []
        const difference = describeDifference(id, told, found)
        if (difference !== null) differences.push(difference)
        messages += found.length
        hash.update(`${id}\n${found.join('\n')}\n`)
      }
    }
    return { conversations: stored.length, messages, textHash: hash.digest('hex'), differences }
  } finally {
    await view.close()
  }
}

const idsAtOnce = 500

/** Texts of the messages that say something, by conversation, in the thread's order. */
async function readTexts(view: SqlDriver, ids: string[]): Promise<Map<string, string[]>> {
  const rows = await view.all<{ id: string; text: string }>(
    `select conversation_id as id, text from v_messages
     where conversation_id in (select value from json_each(?)) and text is not null
     order by conversation_id, position`,
    [JSON.stringify(ids)],
  )
  const texts = new Map<string, string[]>(ids.map((id) => [id, []]))
  for (const { id, text } of rows) texts.get(id)?.push(wordsOf(text))
  return texts
}

function describeDifference(id: string, told: string[], found: string[]): string | null {
  if (told.length !== found.length)
    return `${id}: ${told.length} messages at the source, ${found.length} stored`
  const at = told.findIndex((text, index) => text !== found[index])
  return at === -1
    ? null
    : `${id}, message ${at}: ${JSON.stringify(told[at])} is ${JSON.stringify(found[at])}`
}

/** How paragraphs, lists and images are shown in plain text is the reader's choice; the words between are not. */
function wordsOf(text: string): string {
  return text.replace(/^\s*- /gm, '').replace(/\[image\]|\s+/g, '')
}
