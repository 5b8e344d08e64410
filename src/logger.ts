import { appendFileSync, closeSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ConsolaInstance, createConsola } from 'consola'
import { AppError } from './domain/errors'

/** What the layers below the doors may know of logging. `createLogger` makes the real one. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogFields = Record<string, unknown>

/** From the most important one down. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LoggerOptions {
  /** Least important level that goes to the file. */
  level: LogLevel
  /** The same for the terminal. */
  stderrLevel: LogLevel
  /** Where entries are kept, one JSON object a line; null keeps none. */
  file: string | null
  /** Strings that must not be written anywhere, whoever logs them. */
  secrets: readonly string[]
  stderr?: NodeJS.WriteStream
  now?: () => Date
  /** The file is renamed to `<file>.1` when it would grow beyond this; so logs take about twice as much. */
  maxFileBytes?: number
}

const defaultMaxFileBytes = 5 * 1024 * 1024

/**
 * Logs to stderr and the file, never to stdout. Tokens are taken out of every line. A file that cannot be written is
 * said once on stderr: logging never makes a command fail.
 */
export function createLogger(options: LoggerOptions): Logger {
  const redact = createRedactor(options.secrets)
  const terminal = createTerminal(options.stderr ?? process.stderr, options.stderrLevel)
  const now = options.now ?? (() => new Date())
  const append = createFileAppender(options.file, options.maxFileBytes ?? defaultMaxFileBytes, (problem) =>
    terminal.warn(problem),
  )

  function log(level: LogLevel, message: string, fields: LogFields = {}): void {
    const plain = toPlain(fields)
    if (isWanted(level, options.stderrLevel)) {
      terminal[level](redact(`${message}${describeFields(plain)}`))
    }
    if (isWanted(level, options.level)) {
      append(
        redact(
          JSON.stringify({ timestamp: now().toISOString(), level, pid: process.pid, message, ...plain }),
        ),
      )
    }
  }
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
  }
}

function isWanted(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) <= logLevels.indexOf(least)
}

function createTerminal(stderr: NodeJS.WriteStream, level: LogLevel): ConsolaInstance {
  // consola writes `info` to stdout unless told otherwise; stdout belongs to the protocol.
  return createConsola({
    stdout: stderr,
    stderr,
    level: { error: 0, warn: 1, info: 3, debug: 4 }[level],
    formatOptions: { date: false },
  })
}

/**
 * Takes the given secrets out of a text, as they are and as they look inside JSON and URLs, and whatever follows
 * the word Bearer.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    // Something shorter is no token, and would blot out half of every line.
    .filter((secret) => secret.length >= 6)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .toSorted((a, b) => b.length - a.length)
  return (text) => {
    let clean = text
    for (const form of forms) clean = clean.replaceAll(form, '[redacted]')
    return clean.replace(/\bbearer\s+[^\s"',;]+/gi, 'Bearer [redacted]')
  }
}

const secretNames = /^(access_?token|token|authorization|api_?key|client_?secret|password)$/i

/** Fields as JSON can carry them: errors with their code and cause, secrets by their name taken out. */
function toPlain(fields: LogFields): LogFields {
  try {
    return JSON.parse(JSON.stringify(fields, toPlainValue)) as LogFields
  } catch {
    return { fields: 'cannot be shown as JSON' }
  }
}

function toPlainValue(name: string, value: unknown): unknown {
  if (secretNames.test(name) && typeof value === 'string') return '[redacted]'
  if (value instanceof Error) return describeError(value)
  return typeof value === 'bigint' ? String(value) : value
}

function describeError(error: Error): LogFields {
  return {
    name: error.name,
    message: error.message,
    ...(error instanceof AppError ? { code: error.code } : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  }
}

function describeFields(fields: LogFields): string {
  const pairs = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return pairs.length > 0 ? `  ${pairs.join(' ')}` : ''
}

/**
 * Appends lines by path, so that several processes may share the file and one of them may turn it over at any moment:
 * a line that was on its way then ends in the older file.
 */
function createFileAppender(
  file: string | null,
  maxBytes: number,
  onProblem: (problem: string) => void,
): (line: string) => void {
  let isProblemSaid = false
  /** Below this the file is not turned over; it grows when turning it over has failed. */
  let turnAbove = maxBytes
  return (line) => {
    if (file === null) return
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      if (isFull(file, line, turnAbove)) {
        turnAbove = turnOver(file, line, maxBytes) ? maxBytes : turnAbove + maxBytes / 10
      }
      appendFileSync(file, `${line}\n`, { mode: 0o600 })
    } catch (error) {
      if (!isProblemSaid) {
        onProblem(`the log file ${file} cannot be written (${(error as NodeJS.ErrnoException).code})`)
      }
      isProblemSaid = true
    }
  }
}

function isFull(file: string, line: string, maxBytes: number): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return size > 0 && size + Buffer.byteLength(line) + 1 > maxBytes
}

/** A marker of a process that was killed while it turned the file over, which takes less than a millisecond. */
const markerLivesMs = 10_000

/**
 * Renames the file to `<file>.1`. Only who has made the marker may, and looks again first: two processes that both saw
 * a full file would otherwise put the new one over the old. False when it stays as it is: another process is at it, or
 * Windows does not rename because a program has the file open.
 */
function turnOver(file: string, line: string, maxBytes: number): boolean {
  const marker = `${file}.turning`
  try {
    const made = statSync(marker, { throwIfNoEntry: false })?.mtimeMs
    if (made !== undefined && Date.now() - made > markerLivesMs) rmSync(marker, { force: true })
    closeSync(openSync(marker, 'wx', 0o600))
  } catch {
    return false
  }
  try {
    if (isFull(file, line, maxBytes)) renameSync(file, `${file}.1`)
    return true
  } catch {
    return false
  } finally {
    removeMarker(marker)
  }
}

// One that stays is taken for a dead process's after a while.
function removeMarker(marker: string): void {
  try {
    rmSync(marker, { force: true })
  } catch {}
}
