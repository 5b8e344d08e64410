import { openReadOnlyView } from '../../src/storage/sqljs/read-only-view'

/** What the files of a store hold, read as a process would that opens them after a crash. */
export interface StoredFile {
  /** `ok`, or what `PRAGMA integrity_check` found. */
  integrity: string
  /** Conversation id -> its rows in `messages`; only the opening one (or none) where no thread is stored. */
  messageCounts: Map<string, number>
  /** Ids that stand more than once, which must never be. */
  repeatedMessages: string[]
}

export async function readStoredFile(path: string): Promise<StoredFile> {
  const view = await openReadOnlyView(path)
  try {
    const [check] = await view.all<{ integrity_check: string }>('pragma integrity_check')
    const counts = await view.all<{ id: string; messages: number }>(
      `select c.id, count(m.id) as messages from conversations c
       left join v_messages m on m.conversation_id = c.id group by c.id`,
    )
    const repeated = await view.all<{ id: string }>(
      `select conversation_id || ' ' || id as id from v_messages group by conversation_id, id having count(*) > 1`,
    )
    return {
      integrity: check?.integrity_check ?? 'no answer',
      messageCounts: new Map(counts.map(({ id, messages }) => [id, messages])),
      repeatedMessages: repeated.map(({ id }) => id),
    }
  } finally {
    await view.close()
  }
}
