import { confirm, isCancel, password, select, text } from '@clack/prompts'
import { type Region, regions } from '../../config/schema'
import { InterruptedError } from '../signals'

/** What init asks a person. Everything is written to stderr, so that `--json` stays clean. */
export interface Questions {
  askToken(): Promise<string>
  askRegion(proposed: Region): Promise<Region>
  askDays(proposed: number): Promise<number>
  askToSync(): Promise<boolean>
}

const regionNames: Record<Region, string> = { us: 'United States', eu: 'Europe', au: 'Australia' }

/** Asks at the terminal. Rejects with InterruptedError when the person gives up. */
export function createQuestions(signal: AbortSignal): Questions {
  const common = { output: process.stderr, signal }
  return {
    askToken: async () =>
      answered(
        await password({
          ...common,
          message: 'Intercom access token (Developer Hub > your app > Configure > Authentication)',
          validate: (token) =>
            token?.trim() ? undefined : 'The token is needed to read your conversations.',
        }),
      ).trim(),
    askRegion: async (proposed) =>
      answered(
        await select<Region>({
          ...common,
          message: 'Where is the workspace hosted?',
          options: regions.map((value) => ({ value, label: regionNames[value] })),
          initialValue: proposed,
        }),
      ),
    askDays: async (proposed) =>
      Number(
        answered(
          await text({
            ...common,
            message: 'How many days of history should the first sync fetch?',
            initialValue: String(proposed),
            validate: (days) =>
              /^[1-9]\d{0,4}$/.test(days ?? '') ? undefined : 'A whole number of days, please.',
          }),
        ),
      ),
    askToSync: async () => answered(await confirm({ ...common, message: 'Sync now?', initialValue: true })),
  }
}

function answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (isCancel(answer)) throw new InterruptedError()
  return answer as Exclude<Answer, symbol>
}
