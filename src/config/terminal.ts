import type { Environment } from './environment'

/** What the environment says of the terminals that the program may write to. */
export interface TerminalTraits {
  /** `auto`: where somebody looks, and the terminal has them. */
  colour: 'always' | 'never' | 'auto'
  /** Whether a line can be drawn over another one. */
  canRedraw: boolean
  /** Whether signs beyond ASCII are shown as what they are. */
  hasUnicode: boolean
}

/**
 * Reads FORCE_COLOR, NO_COLOR and TERM, and whether signs such as `█` can be shown. FORCE_COLOR goes before NO_COLOR,
 * as in Node itself; empty ones are absent.
 */
export function readTerminalTraits(environment: Environment, platform: NodeJS.Platform): TerminalTraits {
  const isDumb = environment.TERM === 'dumb'
  return {
    colour: readColour(environment, isDumb),
    canRedraw: !isDumb,
    hasUnicode: !isDumb && hasUnicode(environment, platform),
  }
}

function readColour(
  { FORCE_COLOR: force, NO_COLOR: no }: Environment,
  isDumb: boolean,
): TerminalTraits['colour'] {
  if (force) return /^(0|false)$/i.test(force) ? 'never' : 'always'
  return no || isDumb ? 'never' : 'auto'
}

/**
 * The console that Windows had before Windows Terminal has fonts without most signs; newer terminals name themselves.
 * Elsewhere the kernel's own console has 256 of them, and a locale may name another charset than UTF-8.
 */
function hasUnicode(environment: Environment, platform: NodeJS.Platform): boolean {
  const { TERM: term = '', TERM_PROGRAM: program = '' } = environment
  if (platform === 'win32') {
    const isNamed = ['WT_SESSION', 'ConEmuTask', 'TERMINAL_EMULATOR', 'TERMINUS_SUBLIME', 'MSYSTEM'].some(
      (name) => Boolean(environment[name]),
    )
    return isNamed || program !== '' || /^(xterm|alacritty|rxvt|cygwin)/.test(term)
  }
  if (term === 'linux') return false
  const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find(Boolean) ?? ''
  const [, charset] = /\.([\w-]+)/.exec(locale) ?? []
  return charset === undefined || /^utf-?8$/i.test(charset)
}
