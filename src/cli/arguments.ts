import { UserInputError } from '../domain/errors'
import {
  type CommandDefinition,
  commandNames,
  findCommand,
  globalOptions,
  type OptionDefinition,
} from './commands'

/** The command line taken apart. Every value is the text that was typed: `001` stays `001`. */
export interface ParsedArguments {
  /** null when none is named. */
  command: CommandDefinition | null
  /** By name without dashes; true for a switch. */
  options: Readonly<Record<string, string | true>>
  positionals: readonly string[]
}

/** The command line cannot be understood: exit code 2. */
export class UsageError extends UserInputError {}

/**
 * Takes a command line apart without a package, because those that exist turn digits into numbers and read
 * `search -refund` as options. Where a command takes words, a single dash that begins no known option is part of
 * the words; after `--` everything is. Throws UsageError for unknown commands and options.
 */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  const options: Record<string, string | true> = {}
  const positionals: string[] = []
  let command: CommandDefinition | null = null
  const rest = [...argv]
  while (true) {
    const token = rest.shift()
    if (token === undefined) break
    if (token === '--') {
      positionals.push(...rest.splice(0))
    } else if (isOption(token)) {
      const parsed = parseOption(token, rest, command)
      if (parsed)
        options[parsed.name] = parsed.isList ? joinValues(options[parsed.name], parsed) : parsed.value
      else positionals.push(token)
    } else if (command === null) {
      command = findCommand(token) ?? refuseCommand(token)
    } else {
      positionals.push(token)
    }
  }
  if (command && !options.help && !options.version) checkPositionals(command, positionals)
  return { command, options, positionals }
}

function isOption(token: string): boolean {
  return token.length > 1 && token.startsWith('-')
}

interface ParsedOption {
  name: string
  value: string | true
  isList?: boolean
}

/** null when the token is no option but a word. */
function parseOption(token: string, rest: string[], command: CommandDefinition | null): ParsedOption | null {
  const known = [...globalOptions, ...(command?.options ?? [])]
  const long = token.startsWith('--')
  const equals = long ? token.indexOf('=') : -1
  const name = equals > 0 ? token.slice(2, equals) : token.replace(/^--?/, '')
  const option = known.find((one) => (long ? one.name === name : one.short === name))
  if (option === undefined) {
    if (!long && command?.positionals.includes('...')) return null
    throw new UsageError(`Unknown option ${shorten(equals > 0 ? token.slice(0, equals) : token)}.`, {
      hint: `Try: npx fast-intercom-mcp ${command ? `${command.name} ` : ''}--help`,
    })
  }
  if (option.value === undefined) {
    if (equals > 0)
      throw new UsageError(`--${option.name} takes no value.`, { hint: `Write --${option.name} alone.` })
    return { name: option.name, value: true }
  }
  const value = equals > 0 ? token.slice(equals + 1) : takeValue(option, rest)
  return { name: option.name, value, isList: option.isList }
}

function joinValues(former: string | true | undefined, { value }: ParsedOption): string | true {
  return typeof former === 'string' ? `${former},${value}` : value
}

function takeValue(option: OptionDefinition, rest: string[]): string {
  const value = rest.shift()
  if (value === undefined || value.startsWith('--')) {
    throw new UsageError(`--${option.name} needs a value.`, {
      hint: `Write --${option.name} <${option.value}>.`,
    })
  }
  return value
}

function checkPositionals(command: CommandDefinition, positionals: readonly string[]): void {
  const help = { hint: `Try: npx fast-intercom-mcp ${command.name} --help` }
  if (command.positionals.startsWith('<') && positionals.length === 0) {
    throw new UsageError(`${command.name} needs ${command.positionals}.`, help)
  }
  const most = command.positionals.includes('...') ? Number.POSITIVE_INFINITY : command.positionals ? 1 : 0
  const [extra] = positionals.slice(most)
  if (extra !== undefined) throw new UsageError(`${command.name} does not take "${shorten(extra)}".`, help)
}

function refuseCommand(token: string): never {
  throw new UsageError(`Unknown command "${shorten(token)}".`, {
    hint: `Commands are ${commandNames.join(', ')}. Try: npx fast-intercom-mcp --help`,
  })
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** The whole number that an option's text is; undefined when the option is absent. Throws UsageError otherwise. */
export function readWholeNumber(
  options: ParsedArguments['options'],
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = options[name]
  if (text === undefined) return undefined
  const number = typeof text === 'string' && /^-?\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(`--${name} ${shorten(String(text))} cannot be used.`, {
    hint: `Allowed: a whole number from ${least} to ${most}.`,
  })
}

/** Throws on what ended a command; words that cannot be meant are wrong usage, also where only the data tells. */
export function asUsageError(error: unknown): never {
  throw error instanceof UserInputError ? new UsageError(error.message, { hint: error.hint }) : error
}

/** The text of an option; undefined when it is absent. */
export function readText(options: ParsedArguments['options'], name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
