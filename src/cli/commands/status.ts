import { UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { hintHere } from '../place-hint'
import { showWhile } from '../progress-bar'
import { readAllProfiles, showAllProfiles } from '../status/all-profiles'
import { judgeStatus } from '../status/verdict'
import { useService } from '../use-service'

/** `status`: how the data is doing, what there is, the last syncs, and who serves it; `--all` a line per profile. */
export async function runStatus(context: CommandContext): Promise<ExitCode> {
  const { output, asJson, flags } = context
  if (context.options.all === true) return runStatusOfAll(context)
  const status = await showWhile('Opening the data', context, () =>
    useService(context, async ({ config, service }) => {
      const answer = await service.getServerStatus({}, { signal: context.signal })
      const { state, message, mend } = judgeStatus(answer, config.accessToken !== null)
      const verdict = { state, message, mend: mend === null ? null : hintHere(mend, flags) }
      return { verdict, home: config.home, profile: config.profile, ...answer }
    }),
  )
  if (asJson) output.json(status)
  else {
    // Only a picture for a person needs a calendar.
    const { showStatus } = await import('../status/status-page')
    showStatus(status, output, Date.now() / 1000)
  }
  return exitCodes.done
}

/** Stale or empty profiles are no failure; one that cannot be read is. */
async function runStatusOfAll(context: CommandContext): Promise<ExitCode> {
  if (context.flags.profile !== undefined) {
    throw new UsageError('--all and --profile say two things.', {
      hint: '--all shows every profile of the home folder; --profile shows one of them in full.',
    })
  }
  const profiles = await showWhile('Opening the data', context, () => readAllProfiles(context))
  if (context.asJson) context.output.json({ profiles })
  else showAllProfiles(profiles, context.output)
  return profiles.some(({ state }) => state === 'broken') ? exitCodes.failed : exitCodes.done
}
