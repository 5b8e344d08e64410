import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planClient, writeClient } from '../../../src/cli/clients/client-config-file'
import type { ClientPlace } from '../../../src/cli/clients/client-places'
import { temporaryFolder } from '../../helpers/program'

const entry = { command: 'npx', args: ['-y', 'fast-intercom-mcp', 'start'] }
const now = new Date('2025-03-06T12:00:00Z')
const isWindows = process.platform === 'win32'

function placeAt(file: string): ClientPlace {
  return {
    ...{ name: 'cursor', title: 'Cursor', file, serversKey: 'mcpServers' },
    ...{ saysType: false, isInstalled: true, wantsRestart: false },
  }
}

function planAt(file: string) {
  return planClient(placeAt(file), 'fast-intercom', entry)
}

function serversIn(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8')).mcpServers
}

describe('writing a client’s file', () => {
  it('makes the file and its folders when they are missing, for its user alone, without a copy', () => {
    const file = join(temporaryFolder(), 'a', 'b', 'mcp.json')
    expect(writeClient(planAt(file), now)).toEqual({ file, backup: null })
    expect(serversIn(file)).toEqual({ 'fast-intercom': entry })
    if (!isWindows) expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(file, '..'))).toEqual(['mcp.json'])
  })

  it('leaves the former file beside it and keeps its mode', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'mcp.json')
    const before = '{"mcpServers":{"other":{"command":"other"}}}'
    writeFileSync(file, before)
    chmodSync(file, 0o640)
    const written = writeClient(planAt(file), now)
    expect(written).toEqual({ file, backup: `${file}.20250306-120000.backup` })
    expect(readFileSync(`${file}.20250306-120000.backup`, 'utf8')).toBe(before)
    expect(serversIn(file)).toEqual({ other: { command: 'other' }, 'fast-intercom': entry })
    if (!isWindows) expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('never writes over a copy that is there', () => {
    const file = join(temporaryFolder(), 'mcp.json')
    writeFileSync(file, '{}')
    writeFileSync(`${file}.20250306-120000.backup`, 'kept')
    expect(writeClient(planAt(file), now)?.backup).toBe(`${file}.20250306-120000-2.backup`)
    expect(readFileSync(`${file}.20250306-120000.backup`, 'utf8')).toBe('kept')
  })

  it('writes nothing when the entry is there already', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'mcp.json')
    writeClient(planAt(file), now)
    expect(planAt(file).outcome).toBe('unchanged')
    expect(writeClient(planAt(file), now)).toBeNull()
    expect(readdirSync(folder)).toEqual(['mcp.json'])
  })

  it('adds to what the client wrote after the plan was shown', () => {
    const file = join(temporaryFolder(), 'mcp.json')
    writeFileSync(file, '{"theme": "dark"}')
    const plan = planAt(file)
    writeFileSync(file, '{"theme": "light", "mcpServers": {"new": {"command": "new"}}}')
    writeClient(plan, now)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      theme: 'light',
      mcpServers: { new: { command: 'new' }, 'fast-intercom': entry },
    })
  })

  it.skipIf(isWindows)('follows a link, also one that leads to nothing yet', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'dotfiles'))
    for (const name of ['there.json', 'missing.json']) {
      const [file, target] = [join(folder, name), join(folder, 'dotfiles', name)]
      if (name === 'there.json') writeFileSync(target, '{}')
      symlinkSync(join('dotfiles', name), file)
      writeClient(planAt(file), now)
      expect(lstatSync(file).isSymbolicLink()).toBe(true)
      expect(lstatSync(target).isFile()).toBe(true)
      expect(serversIn(target)).toEqual({ 'fast-intercom': entry })
    }
  })

  it('leaves everything as it was when the file cannot be replaced', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'mcp.json')
    writeFileSync(file, '{}')
    const refuse = () => {
      throw Object.assign(new Error('held'), { code: 'EBUSY' })
    }
    expect(() => writeClient(planAt(file), now, refuse)).toThrow(
      `Cannot write ${file} (EBUSY). It is as it was.`,
    )
    expect(readdirSync(folder)).toEqual(['mcp.json'])
    expect(readFileSync(file, 'utf8')).toBe('{}')
  })
})

describe('a file that cannot be understood', () => {
  it.each([
    ['is broken', '{"mcpServers": {', 'it is not valid JSON (line 1: a closing brace is missing)'],
    ['is in UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), 'it is not written in UTF-8'],
    ['holds a list', '[]', 'it holds a list, not an object'],
  ])('and %s is refused and keeps its bytes', (_, content, reason) => {
    const folder = temporaryFolder()
    const file = join(folder, 'mcp.json')
    writeFileSync(file, content)
    const plan = planAt(file)
    expect(plan).toMatchObject({ outcome: 'refused', reason })
    expect(() => writeClient(plan, now)).toThrow(`${file} cannot be changed: ${reason}.`)
    expect(readFileSync(file)).toEqual(Buffer.from(content))
    expect(readdirSync(folder)).toEqual(['mcp.json'])
  })

  it('because it is a folder is refused', () => {
    const folder = temporaryFolder()
    expect(planAt(folder)).toMatchObject({ outcome: 'refused', reason: 'it cannot be read (EISDIR)' })
    expect(existsSync(folder)).toBe(true)
  })
})
