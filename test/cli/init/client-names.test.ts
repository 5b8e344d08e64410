import { describe, expect, it } from 'vitest'
import { parseArguments, UsageError } from '../../../src/cli/arguments'
import { readClientNames } from '../../../src/cli/init/client-names'

describe('--client', () => {
  it.each([
    ['cursor', ['cursor']],
    [' Cursor , claude-code,', ['claude-code', 'cursor']],
    ['vscode,vscode', ['vscode']],
    ['none', []],
    ['all', 'all'],
    ['all,cursor', 'all'],
  ])('%s is read', (text, clients) => {
    expect(readClientNames(text)).toEqual(clients)
  })

  it.each(['emacs', 'cursor,emacs', '', ',', 'none,cursor', 'none,all'])('%s is wrong usage', (text) => {
    expect(() => readClientNames(text)).toThrow(UsageError)
  })

  it('says which names are allowed', () => {
    try {
      readClientNames('emacs')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        message: '--client emacs is no client that is known here.',
        hint: 'Allowed: claude-desktop, claude-code, cursor, vscode, windsurf (several with commas), all or none.',
      })
    }
  })

  it('may be given several times', () => {
    const { options } = parseArguments(['init', '--client', 'cursor', '--client=vscode,windsurf'])
    expect(options.client).toBe('cursor,vscode,windsurf')
  })
})
