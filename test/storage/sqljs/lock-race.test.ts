import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../helpers/sqljs'
import { bundleChild } from './child-bundle'

function runChild(program: string, args: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(complaints || (signal ?? String(code))))
  })
}

it.each(['links', 'no links'])(
  'with %s, of several processes one at a time holds the lock, freed or left by a killed owner',
  async (links) => {
    const folder = temporaryFolder()
    const program = await bundleChild('locking-child', folder)
    const ledger = join(folder, 'ledger')
    const dbPath = join(folder, 'data', 'data.db')
    writeFileSync(ledger, '')
    const wins = () => readFileSync(ledger, 'utf8').trim().split('\n')

    const survivors = [runChild(program, [dbPath, ledger, links]), runChild(program, [dbPath, ledger, links])]
    const ends: string[] = []
    for (const diesAfter of ['1', '2', '1', '3', '2', '1']) {
      ends.push(await runChild(program, [dbPath, ledger, links, diesAfter]))
    }
    writeFileSync(`${ledger}.done`, '')
    ends.push(...(await Promise.all(survivors)))

    expect(ends).toEqual([...Array<string>(6).fill('SIGKILL'), '0', '0'])
    expect(wins().every((line) => line.endsWith(' true'))).toBe(true)
    const numbers = wins().map((line) => Number.parseInt(line, 10))
    expect(numbers.length).toBeGreaterThan(12)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1))
  },
  120_000,
)
