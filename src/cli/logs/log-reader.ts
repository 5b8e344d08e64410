import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'

/** Reads a log file that other processes append to and now and then turn over (`<file>` becomes `<file>.1`). */
export interface LogReader {
  /** Every line that is there now, oldest first, those of the older file included. */
  readAll(): string[]
  /** The lines that have come since, also those that ended in a file that was turned over meanwhile. */
  readNew(): string[]
  close(): void
}

interface OpenLog {
  handle: number
  identity: string
  offset: number
  /** Bytes behind the last line break: a line that is still being written. */
  rest: Buffer
}

/** A reader of the log at `file`, which need not exist yet. */
export function createLogReader(file: string): LogReader {
  let current: OpenLog | null = null
  /** Turned over, and kept open for one more look: a writer may have had it open. */
  let previous: OpenLog | null = null

  const turn = (): void => {
    if (current !== null && current.identity === identityOf(file)) return
    if (previous !== null) closeSync(previous.handle)
    previous = current
    current = openLog(file)
  }

  return {
    readAll() {
      for (;;) {
        current = openLog(file)
        const older = openLog(`${file}.1`)
        const isPair = current?.identity === identityOf(file) && older?.identity !== current?.identity
        if (isPair || current === null) {
          const lines = older === null ? [] : [...readLines(older), ...unfinished(older)]
          if (older !== null) closeSync(older.handle)
          return current === null ? lines : [...lines, ...readLines(current)]
        }
        // Turned over between the two looks.
        for (const log of [current, older]) if (log) closeSync(log.handle)
      }
    },
    readNew() {
      const late = previous === null ? [] : readLines(previous)
      const lines = current === null ? late : [...late, ...readLines(current)]
      turn()
      return lines
    },
    close() {
      for (const log of [current, previous]) if (log) closeSync(log.handle)
      current = null
      previous = null
    },
  }
}

function openLog(file: string): OpenLog | null {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const { dev, ino } = fstatSync(handle, { bigint: true })
  return { handle, identity: `${dev}:${ino}`, offset: 0, rest: Buffer.alloc(0) }
}

function identityOf(file: string): string | null {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`
}

/** Whole lines behind the last ones read. */
function readLines(log: OpenLog): string[] {
  const size = fstatSync(log.handle).size
  // Emptied by hand: what comes next begins at the start.
  if (size < log.offset) Object.assign(log, { offset: 0, rest: Buffer.alloc(0) })
  const bytes = Buffer.alloc(size - log.offset)
  const read = readSync(log.handle, bytes, 0, bytes.length, log.offset)
  log.offset += read
  const text = Buffer.concat([log.rest, bytes.subarray(0, read)])
  const end = text.lastIndexOf('\n') + 1
  log.rest = text.subarray(end)
  return text.toString('utf8', 0, end).split('\n').slice(0, -1)
}

function unfinished({ rest }: OpenLog): string[] {
  return rest.length === 0 ? [] : [rest.toString()]
}
