import type { Icon } from '../icons'
import { invalidParams, quoteShortly } from '../protocol-error'
import { type ArgumentKind, findArgumentProblem } from './argument-kinds'

/** What a person fills in. A `fallback` stands for what was left empty. */
interface PromptArgument {
  kind: ArgumentKind
  description: string
  required?: true
  fallback?: string
}

type Arguments = Record<string, PromptArgument>

/** Required ones and those with a fallback are always there. */
type PromptValues<Args extends Arguments> = {
  [Name in keyof Args]: Args[Name] extends { required: true } | { fallback: string }
    ? string
    : string | undefined
}

/** What the author of a prompt writes; `write` gives what the assistant is told in the person's name. */
export interface PromptDefinition<Args extends Arguments> {
  name: string
  title: string
  description: string
  icons: Icon[]
  arguments: Args
  write(values: PromptValues<Args>): string
}

/** A prompt as clients list it. */
export interface PromptListing {
  name: string
  title: string
  description: string
  icons: Icon[]
  arguments: { name: string; description: string; required: boolean }[]
}

/** A prompt whose types are closed up, so that prompts of different arguments stand in one list. */
export interface Prompt {
  readonly listing: PromptListing
  /** What an argument is, for completing it; undefined when there is none of that name. */
  kindOf(argument: string): ArgumentKind | undefined
  /** Rejects with a ProtocolError that says, for each argument that is wrong, what is allowed. */
  write(given: Record<string, string>): Promise<string>
}

/** Makes a listed prompt of a definition, which checks what it is given before it writes. */
export function definePrompt<const Args extends Arguments>(definition: PromptDefinition<Args>): Prompt {
  const { name, title, description, icons, arguments: known } = definition
  const names = Object.keys(known)
  return {
    listing: {
      ...{ name, title, description, icons },
      arguments: Object.entries(known).map(([argument, { description, required = false }]) => ({
        ...{ name: argument, description, required },
      })),
    },
    kindOf: (argument) => (Object.hasOwn(known, argument) ? known[argument]?.kind : undefined),
    async write(given) {
      const unknown = Object.keys(given).filter((argument) => !Object.hasOwn(known, argument))
      const problems = unknown.map(
        (argument) => `Argument ${quoteShortly(argument)} is not known; known are: ${names.join(', ')}.`,
      )
      const values: Record<string, string | undefined> = {}
      for (const [argument, rule] of Object.entries(known)) {
        const value = given[argument]?.trim() || rule.fallback
        const problem = await findProblem(argument, rule, value)
        if (problem !== null) problems.push(problem)
        values[argument] = value
      }
      if (problems.length > 0) throw invalidParams(`Prompt ${name} cannot be written. ${problems.join(' ')}`)
      return definition.write(values as PromptValues<Args>)
    },
  }
}

async function findProblem(
  argument: string,
  { kind, required }: PromptArgument,
  value: string | undefined,
): Promise<string | null> {
  if (value === undefined) return required ? `Argument "${argument}" is required.` : null
  const problem = await findArgumentProblem(kind, value)
  return problem && `Argument "${argument}" ${problem}`
}
