import { expect, it } from 'vitest'
import { readTerminalTraits } from '../../src/config/terminal'

it.each([
  ['the old console of Windows', 'win32', {}, false],
  ['Windows Terminal', 'win32', { WT_SESSION: '0b1c' }, true],
  ['VS Code on Windows', 'win32', { TERM_PROGRAM: 'vscode' }, true],
  ['Git Bash', 'win32', { MSYSTEM: 'MINGW64' }, true],
  ['an ordinary terminal', 'linux', { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' }, true],
  ['a container without a locale', 'linux', { TERM: 'xterm' }, true],
  ['a locale without Unicode', 'linux', { TERM: 'xterm', LANG: 'de_DE.ISO-8859-1' }, false],
  ['a locale overruled', 'linux', { TERM: 'xterm', LANG: 'de_DE.ISO-8859-1', LC_ALL: 'C.utf8' }, true],
  ['the console of the kernel', 'linux', { TERM: 'linux', LANG: 'en_US.UTF-8' }, false],
  ['a terminal that can do nothing', 'darwin', { TERM: 'dumb' }, false],
] as const)('knows whether %s shows signs beyond ASCII', (_, platform, environment, expected) => {
  expect(readTerminalTraits(environment, platform).hasUnicode).toBe(expected)
})

it('redraws nothing on a terminal that can do nothing', () => {
  expect(readTerminalTraits({ TERM: 'dumb' }, 'linux').canRedraw).toBe(false)
  expect(readTerminalTraits({}, 'linux').canRedraw).toBe(true)
})
