import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseArguments } from '../../src/cli/arguments'
import { runLogs } from '../../src/cli/commands/logs'
import { logFilePath } from '../../src/cli/log-file'
import { describeEntry, isImportant } from '../../src/cli/logs/log-entry'
import { createLogReader } from '../../src/cli/logs/log-reader'
import { createOutput } from '../../src/cli/output'
import { temporaryFolder } from '../helpers/program'
import { captureStream } from './capture-stream'

const line = (level: string, message: string, fields: object = {}) =>
  JSON.stringify({ timestamp: '2026-03-01T10:00:00.000Z', level, pid: 7, message, ...fields })

function openLog(content: string) {
  const file = join(temporaryFolder(), 'a.log')
  writeFileSync(file, content)
  const reader = createLogReader(file)
  onTestFinished(() => reader.close())
  return { file, reader }
}

describe('createLogReader', () => {
  it('reads the older file, then the present one', () => {
    const { file, reader } = openLog('2\n3\n')
    writeFileSync(`${file}.1`, '0\n1\n')
    expect(reader.readAll()).toEqual(['0', '1', '2', '3'])
  })

  it('reads nothing where there is no log, and what is written later', () => {
    const file = join(temporaryFolder(), 'a.log')
    const reader = createLogReader(file)
    expect(reader.readAll()).toEqual([])
    expect(reader.readNew()).toEqual([])
    writeFileSync(file, '1\n')
    expect([...reader.readNew(), ...reader.readNew()]).toEqual(['1'])
    reader.close()
  })

  it('hands over a line only when it is whole', () => {
    const { file, reader } = openLog('1\n2')
    expect(reader.readAll()).toEqual(['1'])
    appendFileSync(file, '2 ü'.slice(0, 2))
    expect(reader.readNew()).toEqual([])
    appendFileSync(file, 'ü\n3\n')
    expect(reader.readNew()).toEqual(['22 ü', '3'])
  })

  it('loses no line when the file is turned over, not even one that a late writer adds to the old one', () => {
    const { file, reader } = openLog('1\n')
    expect(reader.readAll()).toEqual(['1'])
    appendFileSync(file, '2\n')
    renameSync(file, `${file}.1`)
    writeFileSync(file, '4\n')
    expect(reader.readNew()).toEqual(['2'])
    appendFileSync(`${file}.1`, '3\n')
    expect(reader.readNew()).toEqual(['3', '4'])
    renameSync(file, `${file}.1`)
    writeFileSync(file, '5\n')
    expect([...reader.readNew(), ...reader.readNew()]).toEqual(['5'])
  })

  it('begins again in a file that was emptied by hand', () => {
    const { file, reader } = openLog('1\n2\n')
    reader.readAll()
    writeFileSync(file, '3\n')
    expect(reader.readNew()).toEqual(['3'])
  })
})

describe('an entry', () => {
  const plain = { style: (text: string) => text }

  it('reads as time, level, message and fields', () => {
    const entry = line('warn', 'Sync failed', { code: 'io', error: 'No space left' })
    expect(describeEntry(entry, plain)).toEqual({
      head: '2026-03-01 10:00:00  WARN   ',
      text: 'Sync failed  code=io error="No space left" pid=7',
    })
  })

  it('cannot steer the terminal', () => {
    const { text } = describeEntry(line('info', 'a\u001B[2Jb', { c: '\u001B[1m' }), plain)
    expect(text).not.toContain('\u001B')
  })

  it('that cannot be read is shown as it is, whatever the level', () => {
    expect(describeEntry('{"torn', plain)).toEqual({ head: '', text: '{"torn' })
    expect(isImportant('{"torn', 'error')).toBe(true)
  })

  it('counts as important from its level up', () => {
    expect(isImportant(line('warn', ''), 'info')).toBe(true)
    expect(isImportant(line('warn', ''), 'warn')).toBe(true)
    expect(isImportant(line('warn', ''), 'error')).toBe(false)
  })
})

/** Runs `logs` with these arguments on a home folder and returns what it printed. */
async function logs(home: string, ...args: string[]) {
  const [stdout, stderr] = [captureStream(), captureStream()]
  const { options, positionals } = parseArguments(['logs', ...args])
  const code = await runLogs({
    ...{ options, positionals, flags: { home, profile: undefined, verbose: false } },
    asJson: options.json === true,
    output: createOutput(stdout.stream, stderr.stream),
    signal: new AbortController().signal,
  })
  return { code, stdout: stdout.written(), stderr: stderr.written() }
}

describe('logs', () => {
  function homeWithLog(...lines: string[]): string {
    const home = temporaryFolder()
    mkdirSync(dirname(logFilePath(home)), { recursive: true })
    writeFileSync(logFilePath(home), lines.map((each) => `${each}\n`).join(''))
    return home
  }

  it('says that there is no log yet, which is no failure', async () => {
    const home = temporaryFolder()
    expect(await logs(home)).toEqual({ code: 0, stdout: '', stderr: `No log yet: ${logFilePath(home)}\n` })
  })

  it('shows the last entries, as many as asked for', async () => {
    const home = homeWithLog(...Array.from({ length: 60 }, (_, n) => line('info', `entry ${n}`)))
    const all = (await logs(home)).stdout.trim().split('\n')
    expect(all).toHaveLength(50)
    expect(all[0]).toContain('entry 10')
    expect((await logs(home, '-n', '2')).stdout.match(/entry \d+/g)).toEqual(['entry 58', 'entry 59'])
    expect((await logs(home, '-n', '0')).stdout).toBe('')
  })

  it('shows those of a level and above, and with --json the lines as they are', async () => {
    const failed = line('error', 'failed', { code: 'io' })
    const home = homeWithLog(line('info', 'fine'), failed, line('debug', 'detail'))
    expect((await logs(home, '--level', 'WARN', '--json')).stdout).toBe(`${failed}\n`)
  })

  it.each([
    [['-n', 'many'], '--lines many cannot be used.'],
    [['--level', 'loud'], '--level loud cannot be used.'],
  ])('refuses %j', async (args, message) => {
    await expect(logs(temporaryFolder(), ...args)).rejects.toThrow(message)
  })
})
