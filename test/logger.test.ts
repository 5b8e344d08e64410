import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../src/domain/errors'
import { createLogger, createRedactor, type LoggerOptions } from '../src/logger'
import { temporaryFolder } from './helpers/program'

const run = promisify(execFile)
const token = 'dG9rOmFi"Yw=='

function logInto(file: string | null, options: Partial<LoggerOptions> = {}) {
  const stderr = new PassThrough()
  let terminal = ''
  stderr.on('data', (chunk) => {
    terminal += chunk
  })
  const logger = createLogger({
    level: 'debug',
    stderrLevel: 'debug',
    file,
    secrets: [token],
    stderr: stderr as unknown as NodeJS.WriteStream,
    now: () => new Date('2026-03-01T10:00:00Z'),
    ...options,
  })
  return { logger, terminal: () => terminal }
}

describe('createLogger', () => {
  it('writes one JSON object a line and creates the folder', () => {
    const file = join(temporaryFolder(), 'logs', 'a.log')
    const { logger } = logInto(file)
    logger.info('sync ended', { conversations: 3 })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      timestamp: '2026-03-01T10:00:00.000Z',
      level: 'info',
      pid: process.pid,
      message: 'sync ended',
      conversations: 3,
    })
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('writes the token nowhere, in whatever dress it comes', () => {
    const file = join(temporaryFolder(), 'a.log')
    const { logger, terminal } = logInto(file)
    const headers = { Authorization: `Bearer ${token}`, authorization: 'Basic c2VjcmV0' }
    logger.error(`refused ${token}`, {
      url: `https://example.test/?t=${encodeURIComponent(token)}`,
      headers,
      error: new Error(`bad header Bearer other-token-1`, { cause: new Error(`inner ${token}`) }),
    })
    for (const text of [readFileSync(file, 'utf8'), terminal()]) {
      expect(text).not.toContain('dG9rOmFi')
      expect(text).not.toContain('other-token-1')
      expect(text).not.toContain('c2VjcmV0')
      expect(text).toContain('[redacted]')
    }
  })

  it('keeps levels apart for terminal and file', () => {
    const file = join(temporaryFolder(), 'a.log')
    const { logger, terminal } = logInto(file, { level: 'info', stderrLevel: 'warn' })
    logger.debug('one')
    logger.info('two')
    logger.warn('three')
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2)
    expect(terminal()).not.toContain('two')
    expect(terminal()).toContain('three')
  })

  it('says code and cause of an expected failure and no stack', () => {
    const file = join(temporaryFolder(), 'a.log')
    logInto(file).logger.warn('no', {
      error: new ConfigurationError('damaged', { cause: new Error('inner') }),
    })
    const { error } = JSON.parse(readFileSync(file, 'utf8'))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'configuration', message: 'damaged' })
    expect(error.stack).toBeUndefined()
    expect(error.cause.message).toBe('inner')
  })

  it('turns a full file over, so that logs stay bounded', () => {
    const file = join(temporaryFolder(), 'a.log')
    const { logger } = logInto(file, { maxFileBytes: 400 })
    for (let entry = 0; entry < 20; entry++) logger.info(`entry ${entry}`)
    expect(statSync(file).size).toBeLessThanOrEqual(400)
    expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(400)
    expect(readFileSync(file, 'utf8')).toContain('entry 19')
  })

  it('turns a file over once and loses no entry when several processes find it full', async () => {
    const file = join(temporaryFolder(), 'a.log')
    const child = fileURLToPath(new URL('logging-child.ts', import.meta.url))
    // 1,200 entries of about 160 bytes: one turn leaves room for all of them, a second one would drop a file.
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        run(process.execPath, ['--import', 'tsx', child, file, name, '300', '130000']),
      ),
    )
    const lines = [`${file}.1`, file].flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))
    const messages = lines.map((line) => JSON.parse(line).message as string)
    expect(messages).toHaveLength(1200)
    expect(new Set(messages).size).toBe(1200)
    expect(existsSync(`${file}.turning`)).toBe(false)
  })

  it('goes on with a full file that cannot be turned over, and does it later', () => {
    const file = join(temporaryFolder(), 'a.log')
    const { logger, terminal } = logInto(file, { maxFileBytes: 1000 })
    // As Windows does while another program has the older file open.
    mkdirSync(`${file}.1`)
    for (let entry = 0; entry < 15; entry++) logger.info(`entry ${entry}`)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(15)
    expect(terminal()).not.toContain('cannot be written')
    rmdirSync(`${file}.1`)
    for (let entry = 15; entry < 20; entry++) logger.info(`entry ${entry}`)
    expect(readFileSync(`${file}.1`, 'utf8')).toContain('entry 14')
    expect(readFileSync(file, 'utf8')).toContain('entry 19')
  })

  it('turns a file over although a process was killed while it did', () => {
    const file = join(temporaryFolder(), 'a.log')
    const { logger } = logInto(file, { maxFileBytes: 400 })
    writeFileSync(`${file}.turning`, '')
    const longAgo = new Date('2020-01-01T00:00:00Z')
    utimesSync(`${file}.turning`, longAgo, longAgo)
    for (let entry = 0; entry < 20; entry++) logger.info(`entry ${entry}`)
    expect(statSync(file).size).toBeLessThanOrEqual(440)
    expect(existsSync(`${file}.1`)).toBe(true)
  })

  it('says once that the file cannot be written, and goes on', () => {
    const file = join(temporaryFolder(), 'a.log')
    mkdirSync(file)
    const { logger, terminal } = logInto(file)
    logger.info('one')
    logger.info('two')
    expect(terminal().match(/cannot be written/g)).toHaveLength(1)
    expect(terminal()).toContain('two')
  })

  it('keeps no file when none is named', () => {
    const { logger, terminal } = logInto(null)
    logger.info('hello')
    expect(terminal()).toContain('hello')
    expect(existsSync('null')).toBe(false)
  })
})

describe('createRedactor', () => {
  it('leaves text alone when there is no secret, or one too short to be one', () => {
    expect(createRedactor([])('plain text')).toBe('plain text')
    expect(createRedactor(['ab'])('a cab')).toBe('a cab')
  })
})
