import { confirm, isCancel } from '@clack/prompts'
import { processEnvironment } from '../../config/environment'
import { loadConfig } from '../../config/load'
import { UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { asPlainLine, type Output } from '../output'
import { type HomeFile, listHomeFiles, removeHomeFiles } from '../reset/home-files'
import { inspectStore, refuseWhileInUse, resetStore, type StoreInventory } from '../runtime/store-reset'
import { InterruptedError } from '../signals'
import { formatAmount } from '../units'

/** `reset`: shows what would go, asks, and removes it, while nobody else has the data open. */
export async function runReset(context: CommandContext): Promise<ExitCode> {
  const { config } = loadConfig(context.flags, processEnvironment())
  const { output, options, asJson } = context
  const store = await inspectStore(config.dbPath)
  const home = options.all === true ? listHomeFiles(config.home) : []
  for (const { path, reason } of store.foreign) output.note(`${path} stays: ${reason}.`)
  const files = [...store.files, ...home]
  if (files.length === 0) {
    if (asJson) output.json({ removed: [], bytes: 0, conversations: null })
    else output.line(`There is no data in ${config.home}.`)
    return exitCodes.done
  }
  await refuseWhileInUse(config.dbPath)
  if (!asJson) showPlan(store, home, output)
  if (options.yes !== true && !(await askToRemove(context))) {
    output.note('Nothing was removed.')
    return exitCodes.done
  }
  if (store.files.length > 0) await resetStore(config.dbPath)
  removeHomeFiles(config.home, home)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (asJson) {
    output.json({ removed: files.map(({ path }) => path), bytes, conversations: store.conversations })
  } else output.line(`Removed ${formatAmount(files.length, 'file')}, ${formatBytes(bytes)}.`)
  return exitCodes.done
}

function showPlan(store: StoreInventory, home: HomeFile[], output: Output): void {
  output.line(output.style(`This removes for good${describeData(store)}:`, 'bold'))
  for (const { path, bytes } of [...store.files, ...home]) {
    output.line(`  ${formatBytes(bytes).padStart(9)}  ${path}`)
  }
  output.line(
    home.length > 0
      ? 'Nothing at Intercom is touched.'
      : 'config.json and the logs stay; the next sync fetches the conversations again.',
  )
}

function describeData({ files, workspace, conversations }: StoreInventory): string {
  if (files.length === 0) return ''
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

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
