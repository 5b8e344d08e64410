import { type LogLevel, logLevels } from '../../logger'
import { asPlainLine, type Output } from '../output'

type Entry = Record<string, unknown> & { level: LogLevel; message: string }

/** Whether a line of the log is at least as important as `least`. What cannot be read as an entry always is. */
export function isImportant(line: string, least: LogLevel): boolean {
  const entry = parseEntry(line)
  return entry === null || logLevels.indexOf(entry.level) <= logLevels.indexOf(least)
}

const colours = { error: 'red', warn: 'yellow', info: 'cyan', debug: 'dim' } as const

/** A line of the log for a person: time in UTC and level, then message and the other fields. */
export function describeEntry(
  line: string,
  { style }: Pick<Output, 'style'>,
): { head: string; text: string } {
  const entry = parseEntry(line)
  if (entry === null) return { head: '', text: asPlainLine(line) }
  const { timestamp, level, message, pid, ...fields } = entry
  const time = typeof timestamp === 'string' ? timestamp.slice(0, 19).replace('T', ' ') : ''
  const pairs = Object.entries({ ...fields, pid }).map(([name, value]) => `${name}=${describeValue(value)}`)
  return {
    head: `${style(time, 'dim')}  ${style(level.toUpperCase().padEnd(5), colours[level])}  `,
    text: `${asPlainLine(message)}  ${style(asPlainLine(pairs.join(' ')), 'dim')}`,
  }
}

function parseEntry(line: string): Entry | null {
  try {
    const value = JSON.parse(line) as Entry | null
    return value !== null && logLevels.includes(value.level) && typeof value.message === 'string'
      ? value
      : null
  } catch {
    return null
  }
}

function describeValue(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)
}
