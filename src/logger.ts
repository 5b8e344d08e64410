import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
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

const levels = ['error', 'warn', 'info', 'debug'] as const
type Level = (typeof levels)[number]

export interface LoggerOptions {
  /** Least important level that goes to the file. */
  level: Level
  /** The same for the terminal. */
  stderrLevel: Level
  /** Where entries are kept, one JSON object a line; null keeps none. */
  file: string | null
  /** Strings that must not be written anywhere, whoever logs them. */
  secrets: readonly string[]
  stderr?: NodeJS.WriteStream
  now?: () => Date
  /** The file is renamed to `<file>.1` when it would grow beyond this; so logs take at most twice as much. */
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

  function log(level: Level, message: string, fields: LogFields = {}): void {
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

function isWanted(level: Level, least: Level): boolean {
  return levels.indexOf(level) <= levels.indexOf(least)
}

function createTerminal(stderr: NodeJS.WriteStream, level: Level): ConsolaInstance {
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
 * Appends lines by path, so that several processes may share the file and one of them may rename it at any moment.
 */
function createFileAppender(
  file: string | null,
  maxBytes: number,
  onProblem: (problem: string) => void,
): (line: string) => void {
  let isProblemSaid = false
  return (line) => {
    if (file === null) return
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
      if (size > 0 && size + line.length > maxBytes) renameSync(file, `${file}.1`)
      appendFileSync(file, `${line}\n`, { mode: 0o600 })
    } catch (error) {
      if (!isProblemSaid) {
        onProblem(`the log file ${file} cannot be written (${(error as NodeJS.ErrnoException).code})`)
      }
      isProblemSaid = true
    }
  }
}
