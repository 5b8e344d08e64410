import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseArguments, UsageError } from '../../src/cli/arguments'
import { runDoctor } from '../../src/cli/commands/doctor'
import type { Check } from '../../src/cli/doctor/check'
import { createOutput } from '../../src/cli/output'
import { temporaryFolder } from '../helpers/sqljs'
import { captureStream } from './capture-stream'

const signal = new AbortController().signal
const person = ['INTERCOM_ACCESS_TOKEN', 'INTERCOM_API_URL', 'INTERCOM_REGION', 'FASTINTERCOM_DB_PATH']

/** Runs `doctor` with these arguments on a home folder and returns what it printed. */
async function doctor(home: string, ...args: string[]) {
  const [stdout, stderr] = [captureStream(), captureStream()]
  const { options, positionals } = parseArguments(['doctor', ...args])
  const code = await runDoctor({
    ...{ options, positionals, signal, flags: { home, profile: undefined, verbose: false } },
    asJson: options.json === true,
    output: createOutput(stdout.stream, stderr.stream),
  })
  return { code, stdout: stdout.written(), stderr: stderr.written() }
}

describe('doctor', () => {
  beforeEach(() => {
    for (const name of person) vi.stubEnv(name, '')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('on an empty home says what is missing, and makes nothing', async () => {
    const home = join(temporaryFolder(), 'new')
    const { code, stdout } = await doctor(home)
    expect(code).toBe(1)
    expect(stdout).toContain('✗ Token             There is no access token')
    expect(stdout).toContain('! Freshness         Nothing is stored yet')
    expect(readdirSync(join(home, '..'))).toEqual([])
  })

  it('prints JSON in which every check has the same four fields', async () => {
    const { stdout } = await doctor(temporaryFolder(), '--json')
    const answer = JSON.parse(stdout) as { checks: Check[] }
    expect(Object.keys(answer)).toEqual(['ok', 'version', 'home', 'profile', 'checks', 'verification'])
    for (const check of answer.checks)
      expect(Object.keys(check)).toEqual(['id', 'verdict', 'finding', 'mend'])
    expect(answer).toMatchObject({ ok: false, verification: null })
  })

  it('has nothing to compare without data', async () => {
    const { code, stdout } = await doctor(temporaryFolder(), '--verify')
    expect(code).toBe(1)
    expect(stdout).toContain('✗ Comparison        There is nothing stored to compare')
  })

  it('sends no token where it would travel unencrypted', async () => {
    vi.stubEnv('INTERCOM_ACCESS_TOKEN', 'c2VjcmV0')
    vi.stubEnv('INTERCOM_API_URL', 'http://intercom.example')
    const asked = vi.spyOn(globalThis, 'fetch')
    const { code, stdout } = await doctor(temporaryFolder())
    expect(asked).not.toHaveBeenCalled()
    asked.mockRestore()
    expect(code).toBe(1)
    expect(stdout).toContain('the token would travel unencrypted')
    expect(stdout).not.toContain('Token accepted')
  })

  it.each([
    [['--sample', '5'], '--sample belongs to --verify.'],
    [['--seed', 'a'], '--seed belongs to --verify.'],
    [['--verify', '--sample', '1001'], '--sample 1001 cannot be used.'],
    [['--verify', '--sample', '0'], '--sample 0 cannot be used.'],
  ])('refuses %j', async (args, message) => {
    const refused = await doctor(temporaryFolder(), ...args).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(UsageError)
    expect(refused).toMatchObject({ message })
  })
})
