import { confirm, isCancel, multiselect, password, select, text } from '@clack/prompts'
import type { Output } from '../output'
import { InterruptedError } from '../signals'
import { describeEstimate, type HistoryChoice } from './history'

/** What can be changed where everything is set up. */
type Change = 'nothing' | 'token' | 'days' | 'clients' | 'sync'

export interface Option<Value> {
  value: Value
  label: string
  hint?: string
}

/** What init asks a person. Everything is written to stderr, so that `--json` stays clean. */
export interface Questions {
  askToken(): Promise<string>
  askDays(choices: readonly HistoryChoice[], proposed: number): Promise<number>
  askClients<Name extends string>(options: Option<Name>[], proposed: Name[]): Promise<Name[]>
  askToWrite(files: number): Promise<boolean>
  askToSync(effort: string | null): Promise<boolean>
  askChange(): Promise<Change>
}

const otherDays = 0

/** Asks at the terminal. Rejects with InterruptedError when the person gives up. */
export function createQuestions({ stderr }: Pick<Output, 'stderr'>, signal: AbortSignal): Questions {
  const common = { output: stderr, signal }
  const list = { ...common, showInstructions: false }
  return {
    askToken: async () =>
      answered(
        await password({
          ...common,
          message: 'Intercom access token (Developer Hub > your app > Authentication)',
          validate: (token) =>
            token?.trim() ? undefined : 'The token is needed to read your conversations.',
        }),
      ).trim(),
    async askDays(choices, proposed) {
      const days = answered(
        await select<number>({
          ...list,
          message: 'How much history should be kept here?',
          options: [...describeChoices(choices), { value: otherDays, label: 'Another number of days' }],
          initialValue: proposed,
        }),
      )
      return days === otherDays ? askNumberOfDays(common, proposed) : days
    },
    askClients: async (options, proposed) =>
      answered(
        await multiselect({
          ...list,
          message: 'Which of these should use it? (space: choose, enter: go on)',
          options: options as Option<string>[],
          initialValues: proposed as string[],
          required: false,
        }),
      ) as typeof proposed,
    askToWrite: async (files) =>
      answered(
        await confirm({
          ...common,
          message: `Write ${files === 1 ? 'this change' : `these changes to ${files} files`}?`,
        }),
      ),
    askToSync: async (effort) =>
      answered(
        await confirm({ ...common, message: `Fetch the conversations now?${effort ? ` (${effort})` : ''}` }),
      ),
    askChange: async () =>
      answered(
        await select<Change>({
          ...list,
          message: 'What would you like to change?',
          options: [
            { value: 'nothing', label: 'Nothing' },
            { value: 'days', label: 'How much history is kept' },
            { value: 'clients', label: 'Which clients use it' },
            { value: 'token', label: 'The access token' },
            { value: 'sync', label: 'Only sync now' },
          ],
        }),
      ),
  }
}

/** What each takes stands in a column of its own. */
function describeChoices(choices: readonly HistoryChoice[]): { value: number; label: string }[] {
  const width = Math.max(...choices.map(({ label }) => label.length))
  return choices.map(({ days, label, estimate }) => ({
    value: days,
    label: estimate === null ? label : `${label.padEnd(width)}   ${describeEstimate(estimate)}`,
  }))
}

async function askNumberOfDays(
  common: { output: NodeJS.WriteStream; signal: AbortSignal },
  proposed: number,
): Promise<number> {
  const days = await text({
    ...common,
    message: 'How many days?',
    initialValue: String(proposed),
    validate: (days) =>
      /^[1-9]\d{0,4}$/.test(days?.trim() ?? '') && Number(days) <= 36_500
        ? undefined
        : 'A whole number from 1 to 36500, please.',
  })
  return Number(answered(days))
}

function answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (isCancel(answer)) throw new InterruptedError()
  return answer as Exclude<Answer, symbol>
}
