import { processEnvironment } from '../../config/environment'
import { loadPlace } from '../../config/load'
import type { CommandContext } from '../command-context'
import { hintHere } from '../place-hint'
import { shortenPath } from './client-steps'
import { createQuestions, type Questions } from './questions'
import { createFramedScreen, createPlainScreen, type Screen } from './screen'
import { type Former, readFormer, readWishes, type Wishes } from './wishes'

/** One run of init: what is wished, what is there already, and whom it talks to. */
export interface InitSession {
  context: CommandContext
  wishes: Wishes
  former: Former
  /** null when nobody is there to be asked. */
  questions: Questions | null
  screen: Screen
  /** What has been written so far, for whoever stops in between. */
  written: string[]
}

/** Reads what is wished and what is there. Throws for options and files that cannot be understood. */
export async function beginSession(context: CommandContext): Promise<InitSession> {
  const wishes = await readWishes(context, processEnvironment())
  const former = readFormer(loadPlace(wishes.flags, wishes.environment).home)
  const { output, signal, asJson } = context
  const questions = wishes.mayAsk ? createQuestions(output, signal) : null
  const screen = questions ? createFramedScreen(output) : createPlainScreen(output, { isBrief: asJson })
  return { context, wishes, former, questions, screen, written: [] }
}

/** Says what a run that was stopped has left behind. */
export function tellWhatStands({ context, former, written }: InitSession): void {
  if (written.length > 0) {
    const again = hintHere('npx fast-intercom-mcp init', context.flags)
    context.output.note(
      `Written before that: ${written.map((file) => shortenPath(file)).join(', ')}. To go on: ${again}`,
    )
  } else context.output.note(former.isSetUp ? 'Nothing was changed.' : 'Nothing was written.')
}
