import type { ServerStatusAnswer } from '../../domain/answers'
import { asPlainLine } from '../output'
import { formatCount, formatSeconds } from '../units'

/** How a workspace's data is doing, in one word for programs and in two lines for people. */
export interface StatusVerdict {
  /** `refused`: Intercom does not take the token, or there is none, and the data grows old. */
  state: 'fresh' | 'syncing' | 'stale' | 'failing' | 'refused' | 'empty'
  message: string
  /** What to do about it; null when there is nothing to do. */
  mend: string | null
}

const syncMend = 'Run: npx fast-intercom-mcp sync'
const initMend = 'Run: npx fast-intercom-mcp init'
const phaseWords: Readonly<Record<string, string>> = {
  starting: 'starting',
  conversations: 'reading the list of conversations',
  threads: 'reading their replies',
  finishing: 'finishing',
}

/** Judges by what stands most in the way of a good answer. `hasToken`: whether this process could fetch by itself. */
export function judgeStatus(status: ServerStatusAnswer, hasToken: boolean): StatusVerdict {
  const { sync, freshness } = status
  if (sync.is_syncing) return { state: 'syncing', message: describeSyncing(status), mend: null }
  const problem = findProblem(status)
  if (problem?.isRefusal) {
    const [message, mend] = splitHint(problem.message)
    return { state: 'refused', message, mend: mend ?? initMend }
  }
  const age = freshness.age_seconds === null ? null : `synced ${formatSeconds(freshness.age_seconds)} ago`
  if (problem !== null) {
    const kept = age === null ? 'Nothing is stored yet' : `What is stored was ${age}`
    return { state: 'failing', message: `The last sync failed. ${kept}. ${problem.message}`, mend: syncMend }
  }
  const isHelpless = !hasToken && status.process.role === 'owner'
  if (age === null) {
    const message = `Nothing has been fetched yet${isHelpless ? ', and there is no access token' : ''}.`
    return { state: 'empty', message, mend: isHelpless ? initMend : syncMend }
  }
  if (!freshness.stale) return { state: 'fresh', message: `Up to date: ${age}.`, mend: null }
  if (freshness.age_seconds === 0) {
    const message = 'Last synced at a time that the clock of this machine has not reached.'
    return { state: 'stale', message, mend: 'Set the clock right, then run: npx fast-intercom-mcp sync' }
  }
  if (isHelpless) {
    const message = `Out of date: ${age}, and there is no access token to fetch with.`
    return { state: 'refused', message, mend: initMend }
  }
  const message = `Out of date: ${age}, so newer messages may be missing.`
  if (freshness.refresh === 'started' || freshness.refresh === 'running') {
    return { state: 'syncing', message, mend: 'A refresh is under way; look again in a moment.' }
  }
  return { state: 'stale', message, mend: `${syncMend} (a client that runs the server does it by itself)` }
}

function describeSyncing({ sync }: ServerStatusAnswer): string {
  if (sync.progress === null) return 'Syncing now.'
  const { phase, done, total } = sync.progress
  const count = total === null ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`
  return `Syncing now: ${phaseWords[phase] ?? phase}${done === 0 && total === null ? '' : `, ${count}`}.`
}

interface Problem {
  message: string
  isRefusal: boolean
}

/** What this process or the server knows of; else what the last run left behind. */
function findProblem({ freshness, sync }: ServerStatusAnswer): Problem | null {
  const { refresh_error: error } = freshness
  if (error !== null) return { message: asPlainLine(error.message), isRefusal: error.code === 'unauthorised' }
  if (sync.last_error !== null) {
    const { code, message } = sync.last_error
    return { message: asPlainLine(message), isRefusal: /^(configuration|intercom_unauthorised)$/.test(code) }
  }
  const [last] = sync.recent_runs
  if (last?.status !== 'failed') return null
  const message = asPlainLine(last.error ?? 'No reason is known.')
  return { message, isRefusal: message.startsWith('Intercom refused the access token') }
}

/** A message that carries its own hint is shown as two lines. */
function splitHint(message: string): [string, string | null] {
  const [, first = message, rest = ''] = /^(.*?\.)\s+(\S.*)$/.exec(message) ?? []
  return [first, rest === '' ? null : rest]
}
