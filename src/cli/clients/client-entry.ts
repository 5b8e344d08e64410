import type { ClientCommand } from '../client-configuration'
import type { ClientPlace } from './client-places'

/** The name of our entry in a client's configuration; each profile has its own. */
export function entryNameOf(profile: string | null): string {
  return profile === null ? 'fast-intercom' : `fast-intercom-${profile}`
}

/** The entry by which a client starts the server. It holds no token: that stays in our own configuration. */
export function createEntry(
  { saysType }: Pick<ClientPlace, 'saysType'>,
  { command, args }: ClientCommand,
): Record<string, unknown> {
  return saysType ? { type: 'stdio', command, args } : { command, args }
}

/**
 * Whether an entry starts this program on real data: by our name for it, the package's name, or the file of a build in
 * a folder of that name.
 */
export function startsOurProgram(name: string, entry: unknown): entry is ClientCommand {
  if (typeof entry !== 'object' || entry === null) return false
  const { command, args } = entry as Record<string, unknown>
  if (typeof command !== 'string' || !Array.isArray(args)) return false
  const words: unknown[] = [command, ...args]
  if (!words.every((word) => typeof word === 'string')) return false
  if (!words.includes('start') || words.includes('--demo')) return false
  return (
    /^fast-intercom(-[\w-]+)?$/.test(name) ||
    (words as string[]).some((word) => /(^|[\\/])fast-intercom-mcp(@[\w.^~-]+)?($|[\\/])/.test(word))
  )
}

/** The value of a long option among the words of a command: `--home DIR` or `--home=DIR`. */
export function readOption(words: readonly string[], name: string): string | null {
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
  if (at < 0) return null
  const word = words[at] ?? ''
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : (words[at + 1] ?? null)
}
