import { confirm, isCancel } from '@clack/prompts'
import { processEnvironment } from '../../config/environment'
import { loadConfig } from '../../config/load'
import { listProfiles, requireProfile } from '../../config/profiles'
import { UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { asPlainLine, type Output } from '../output'
import { removeHomeFiles } from '../reset/home-files'
import { planReset, type ResetPlan } from '../reset/reset-plan'
import { refuseWhileInUse, resetStore } from '../runtime/store-reset'
import { InterruptedError } from '../signals'
import { formatAmount, formatBytes } from '../units'

/** `reset`: shows what would go, asks, and removes it, while nobody else has the data open. */
export async function runReset(context: CommandContext): Promise<ExitCode> {
  const { config } = loadConfig(context.flags, processEnvironment())
  requireProfile(config)
  const { output, options, asJson } = context
  const plan = await planReset(config, options.all === true)
  const files = [...plan.stores.flatMap((store) => store.files), ...plan.homeFiles]
  for (const { path, reason } of plan.stores.flatMap((store) => store.foreign)) {
    output.note(`${path} stays: ${reason}.`)
  }
  if (files.length === 0) {
    if (asJson) output.json({ removed: [], kept: plan.kept, bytes: 0, conversations: null })
    else output.line(`There is no data in ${config.home}.`)
    return exitCodes.done
  }
  for (const { dbPath } of plan.stores) await refuseWhileInUse(dbPath)
  if (!asJson) showPlan(plan, config.profile === null ? listProfiles(config.home) : [], output)
  if (options.yes !== true && !(await askToRemove(context))) {
    output.note('Nothing was removed.')
    return exitCodes.done
  }
  for (const { dbPath, files: held } of plan.stores) if (held.length > 0) await resetStore(dbPath)
  removeHomeFiles(plan.homeFiles, plan.folders)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const [main] = plan.stores
  if (asJson) {
    const removed = files.map(({ path }) => path)
    output.json({ removed, kept: plan.kept, bytes, conversations: main?.conversations ?? null })
  } else output.line(`Removed ${formatAmount(files.length, 'file')}, ${formatBytes(bytes)}.`)
  return exitCodes.done
}

function showPlan({ stores, homeFiles, kept }: ResetPlan, profiles: readonly string[], output: Output): void {
  const files = [...stores.flatMap((store) => store.files), ...homeFiles]
  output.line(output.style(`This removes for good${describeData(stores)}:`, 'bold'))
  for (const { path, bytes } of files) output.line(`  ${formatBytes(bytes).padStart(9)}  ${path}`)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (files.length > 1) output.line(`  ${formatBytes(bytes).padStart(9)}  in all`)
  const others = kept.filter((name) => name !== 'profiles')
  if (others.length > 0) output.item('What stays: ', others.map(asPlainLine).join(', '))
  if (profiles.length > 0) {
    output.item(
      '',
      `The profiles stay too: ${profiles.join(', ')}. Each has a reset of its own, with --profile.`,
    )
  }
  output.line('Nothing at Intercom is touched; the next sync fetches the conversations again.')
}

function describeData([main]: ResetPlan['stores']): string {
  if (main === undefined || main.files.length === 0) return ''
  const { workspace, conversations } = main
  const what = conversations === null ? 'the data' : formatAmount(conversations, 'conversation')
  return ` ${what}${workspace === null ? '' : ` of ${asPlainLine(workspace)}`}`
}

async function askToRemove({ signal }: CommandContext): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    throw new UsageError('reset asks before it removes anything, and there is no terminal to ask at.', {
      hint: 'Run it with --yes to remove without being asked.',
    })
  }
  const answer = await confirm({
    message: 'Remove it?',
    initialValue: false,
    output: process.stderr,
    signal,
  })
  if (isCancel(answer)) throw new InterruptedError()
  return answer
}
