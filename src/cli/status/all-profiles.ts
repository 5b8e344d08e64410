import { processEnvironment } from '../../config/environment'
import { loadConfig, loadPlace } from '../../config/load'
import { listProfiles } from '../../config/profiles'
import { AppError } from '../../domain/errors'
import type { CommandContext } from '../command-context'
import { hasStore } from '../doctor/store-checks'
import { asPlainLine, type Output } from '../output'
import { formatBytes, formatCount, formatTime } from '../units'
import { withRuntime } from '../use-service'
import { judgeStatus, type StatusVerdict } from './verdict'
import { markOf } from './verdict-mark'

/** One line of `status --all`. What is not known is null. */
export interface ProfileStatus {
  /** null for the one that is meant when no profile is named. */
  profile: string | null
  home: string
  state: StatusVerdict['state'] | 'broken'
  message: string
  workspace: string | null
  conversations: number | null
  messages: number | null
  synced_at: string | null
  size_bytes: number | null
}

/** Looks at the home folder and at each of its profiles, one after the other; one that is broken hinders no other. */
export async function readAllProfiles(context: CommandContext): Promise<ProfileStatus[]> {
  const { home } = loadPlace({ ...context.flags, profile: undefined }, processEnvironment())
  const profiles: ProfileStatus[] = []
  for (const profile of [null, ...listProfiles(home)]) {
    context.signal.throwIfAborted()
    profiles.push(await readProfile(profile, context))
  }
  return profiles
}

const nothingKnown = {
  ...{ workspace: null, conversations: null, messages: null, synced_at: null, size_bytes: null },
}

async function readProfile(profile: string | null, context: CommandContext): Promise<ProfileStatus> {
  const flags = { ...context.flags, profile: profile ?? undefined }
  let home = ''
  try {
    home = loadPlace(flags, processEnvironment()).home
    const { config } = loadConfig(flags, processEnvironment())
    // Looking would make an empty store where there is none.
    if (!hasStore(config)) {
      const message = config.accessToken === null ? 'Not set up.' : 'Nothing has been fetched yet.'
      return { profile, home, state: 'empty', message, ...nothingKnown }
    }
    const status = await withRuntime(config, context.signal, ({ service }) =>
      service.getServerStatus({}, { signal: context.signal }),
    )
    const { state, message } = judgeStatus(status, config.accessToken !== null)
    return {
      ...{ profile, home, state, message },
      workspace: status.workspace?.name ?? null,
      conversations: status.counts.conversations,
      messages: status.counts.messages,
      synced_at: status.freshness.as_of,
      size_bytes: Math.round(status.store.size_mb * 1_048_576),
    }
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    // What another token filled is not shown to one that Intercom does not take.
    const state = error.code === 'intercom_unauthorised' ? 'refused' : 'broken'
    return { profile, home, state, message: error.message, ...nothingKnown }
  }
}

/** One line for each, then what a person should know of those that are not well. */
export function showAllProfiles(profiles: readonly ProfileStatus[], output: Output): void {
  const { style } = output
  const mark = ({ state }: ProfileStatus) =>
    state === 'broken' ? style('✗', 'red') : markOf({ state }, style)
  output.table(
    ['', 'profile', 'state', 'workspace', 'conversations', 'synced (UTC)', 'on disk'],
    profiles.map((one) => [
      mark(one),
      nameOf(one),
      one.state,
      asPlainLine(one.workspace ?? ''),
      one.conversations === null ? '' : formatCount(one.conversations),
      one.synced_at === null ? '' : formatTime(one.synced_at),
      one.size_bytes === null ? '' : formatBytes(one.size_bytes),
    ]),
  )
  const unwell = profiles.filter(({ state }) => ['broken', 'failing', 'refused'].includes(state))
  if (unwell.length > 0) output.line()
  for (const one of unwell) output.item(`${mark(one)} ${nameOf(one)}: `, asPlainLine(one.message))
}

function nameOf({ profile }: ProfileStatus): string {
  return profile ?? '(default)'
}
