import { setTimeout as delay } from 'node:timers/promises'
import { processEnvironment } from '../../config/environment'
import { loadPlace } from '../../config/load'
import { requireProfile } from '../../config/profiles'
import { type LogLevel, logLevels } from '../../logger'
import { readText, readWholeNumber, UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { logFilePath } from '../log-file'
import { describeEntry, isImportant } from '../logs/log-entry'
import { createLogReader, type LogReader } from '../logs/log-reader'

const defaultLines = 50
/** How soon a new line is shown; looking is one call of the system. */
const followEveryMs = 250

/** `logs`: the last entries of the log, and with `--follow` those that come, until it is stopped. */
export async function runLogs(context: CommandContext): Promise<ExitCode> {
  const { options, output, signal } = context
  const count = readWholeNumber(options, 'lines', 0, 1_000_000) ?? defaultLines
  const level = readLevel(readText(options, 'level'))
  const place = loadPlace(context.flags, processEnvironment())
  requireProfile(place)
  const file = logFilePath(place.home)
  const show = (lines: readonly string[]) => {
    for (const line of lines) {
      if (context.asJson) output.line(line)
      else {
        const { head, text } = describeEntry(line, output)
        output.item(head, text)
      }
    }
  }
  const isWanted = (line: string) => line !== '' && (level === null || isImportant(line, level))

  const reader = createLogReader(file)
  try {
    const wanted = reader.readAll().filter(isWanted)
    show(count === 0 ? [] : wanted.slice(-count))
    if (wanted.length === 0) output.note(describeNothing(file, level))
    if (!options.follow) return exitCodes.done
    await follow(reader, signal, (lines) => show(lines.filter(isWanted)))
    return exitCodes.interrupted
  } finally {
    reader.close()
  }
}

/** Hands over what comes until the signal aborts. */
async function follow(
  reader: LogReader,
  signal: AbortSignal,
  onLines: (lines: string[]) => void,
): Promise<void> {
  while (!signal.aborted) {
    onLines(reader.readNew())
    // Being stopped is the way in which following ends.
    await delay(followEveryMs, undefined, { signal }).catch(() => {})
  }
}

function describeNothing(file: string, level: LogLevel | null): string {
  return level === null ? `No log yet: ${file}` : `No entries of level ${level} or above in ${file}`
}

function readLevel(text: string | undefined): LogLevel | null {
  if (text === undefined) return null
  const name = text.trim().toLowerCase()
  const level = name === 'warning' ? 'warn' : logLevels.find((one) => one === name)
  if (level !== undefined) return level
  throw new UsageError(`--level ${text.slice(0, 60)} cannot be used.`, {
    hint: `Allowed: ${logLevels.join(', ')}; entries at least so important are shown.`,
  })
}
