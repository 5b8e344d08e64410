import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtProgram } from '../helpers/program'

const folder = dirname(builtProgram)
const chunks = readdirSync(folder).filter((name) => name.endsWith('.js'))

/** A chunk and everything that is loaded with it because it is imported by statement. */
function loadedWith(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  const code = readFileSync(join(folder, entry), 'utf8')
  for (const [, name] of code.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) {
    if (name !== undefined) loadedWith(name, seen)
  }
  return seen
}

function holding(marker: string): string[] {
  return chunks.filter((name) => readFileSync(join(folder, name), 'utf8').includes(marker))
}

describe('the path to the handshake', () => {
  const starts = chunks.filter((name) => /^start-(?!runtime)/.test(name))

  it.each([
    ['consola', 'CONSOLA_LEVEL'],
    ['sql.js', 'sql-wasm.wasm'],
    ['kysely', 'Kysely'],
    ['luxon', 'Invalid DateTime'],
    ['ky', 'Request failed with'],
    ['jsonc-parser', 'InvalidCommentToken'],
    ['the prompts', 'Weekly support report'],
    ['the resources', 'Status of the local copy'],
  ])('does not load %s', (_, marker) => {
    const loaded = new Set(starts.flatMap((start) => [...loadedWith(start, loadedWith('cli.js'))]))
    expect(starts).toHaveLength(1)
    const holders = holding(marker)
    expect(holders).not.toEqual([])
    expect(holders.filter((name) => loaded.has(name))).toEqual([])
  })
})

describe('the path of a command to what is stored', () => {
  it('loads no code that only talks to Intercom', () => {
    const owners = chunks.filter((name) => name.startsWith('owner-'))
    expect(owners).toHaveLength(1)
    const loaded = new Set(owners.flatMap((owner) => [...loadedWith(owner, loadedWith('cli.js'))]))
    const holders = holding('Request failed with')
    expect(holders).not.toEqual([])
    expect(holders.filter((name) => loaded.has(name))).toEqual([])
  })
})
