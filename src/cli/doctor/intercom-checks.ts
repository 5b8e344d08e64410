import type { Config } from '../../config/finalize'
import { regions } from '../../config/schema'
import { IntercomApiError } from '../../domain/errors'
import type { IntercomApi, Me } from '../../intercom/api'
import { formatSeconds } from '../units'
import { type Check, type CheckId, fail, failFor, ok, warn } from './check'
import type { WatchedFetch } from './watched-fetch'

export interface IntercomChecks {
  config: Config
  watched: WatchedFetch
  /** A client for a configuration, sending through `watched`. */
  createApi(config: Config): IntercomApi
  signal: AbortSignal
}

/** An id that no contact has: the answer is an empty list, or a refusal. */
const nobody = '000000000000000000000000'
/** A clock that is set automatically is off by less; beyond, times in logs and answers mislead. */
const mostSecondsOff = 30

/** Whether Intercom takes the token, what it may read, and how the clocks stand. A refused token ends it. */
export async function checkIntercom(checks: IntercomChecks): Promise<Check[]> {
  const { config, watched, createApi, signal } = checks
  if (config.accessToken === null) return []
  let api: IntercomApi
  let me: Me
  try {
    api = createApi(config)
    me = await api.fetchMe({ signal })
  } catch (error) {
    signal.throwIfAborted()
    return [await explainRefusal(error, checks), ...checkClock(watched)]
  }
  const { workspace, adminName } = me
  const who = adminName === null ? '' : `, as ${adminName}`
  return [
    ok('token_accepted', `Workspace ${workspace.name} (${workspace.id})${who}`),
    checkRegion(config, workspace.region),
    ...checkClock(watched),
    ...(await checkPermissions(api, signal)),
  ]
}

/** A token is known in the region of its workspace only, so a refused one is tried in the others of Intercom's own. */
async function explainRefusal(error: unknown, { config, createApi, signal }: IntercomChecks): Promise<Check> {
  const refused = failFor('token_accepted', error)
  if (!isOfKind(error, 'unauthorised') || config.apiUrl !== null) return refused
  for (const region of regions) {
    if (region === config.region) continue
    try {
      const { workspace } = await createApi({ ...config, region }).fetchMe({ signal })
      const finding = `Refused in region ${config.region}; it belongs to ${workspace.name} in region ${region}`
      return fail('token_accepted', finding, `Run: npx fast-intercom-mcp init --region ${region}`)
    } catch {
      signal.throwIfAborted()
    }
  }
  return refused
}

function checkRegion({ region, apiUrl }: Config, named: string | null): Check {
  if (named === null) return ok('region', `Intercom does not name one; set is ${region}`)
  if (apiUrl !== null) return ok('region', `${named}; the address is set by hand`)
  if (named.toLowerCase() === region) return ok('region', named)
  const finding = `The workspace is in ${named}, set is ${region}; Intercom passes the requests on`
  const isKnown = regions.some((known) => known === named.toLowerCase())
  return warn(
    'region',
    finding,
    isKnown ? `Run: npx fast-intercom-mcp init --region ${named.toLowerCase()}` : null,
  )
}

function checkClock({ clockAheadSeconds }: WatchedFetch): Check[] {
  const ahead = clockAheadSeconds()
  if (ahead === null) return []
  const seconds = Math.round(Math.abs(ahead))
  if (seconds <= 1) return [ok('clock', "Agrees with Intercom's to the second")]
  const finding = `${formatSeconds(seconds)} ${ahead > 0 ? 'ahead of' : 'behind'} Intercom's`
  if (seconds <= mostSecondsOff) return [ok('clock', finding)]
  const mend =
    "Let the system set its clock automatically. Syncs keep to Intercom's clock and lose nothing meanwhile."
  return [warn('clock', finding, mend)]
}

/** One small question for each permission. Without the first one nothing can be synced, without others less. */
async function checkPermissions(api: IntercomApi, signal: AbortSignal): Promise<Check[]> {
  const lastMinute = { start: api.now() - 60, end: api.now() }
  const ask = (id: CheckId, question: () => Promise<unknown>, loss: string) =>
    checkPermission(id, question, loss, signal)
  const conversations = await ask(
    'permission_conversations',
    () => api.countConversations({ timeframe: lastMinute, field: 'updated_at' }, { signal }),
    '',
  )
  return [
    conversations,
    ...(await Promise.all([
      ask(
        'permission_contacts',
        () => api.fetchContacts([nobody], { signal }),
        'customers who never wrote have no name',
      ),
      ask(
        'permission_admins',
        () => askAll(api.listAdmins({ signal }), api.listTeams({ signal })),
        'teammates and teams are shown by their ids',
      ),
      ask(
        'permission_tags',
        () => api.listTags({ signal }),
        'tags are known only by the conversations that have them',
      ),
      checkTickets(api, signal),
      ask(
        'deletions',
        () => api.listDeleted({ signal }).next(),
        'conversations deleted at Intercom are noticed late',
      ),
    ])),
  ]
}

function askAll(...questions: Promise<unknown>[]): Promise<unknown> {
  return Promise.all(questions)
}

async function checkPermission(
  id: CheckId,
  question: () => Promise<unknown>,
  loss: string,
  signal: AbortSignal,
): Promise<Check> {
  try {
    await question()
    return ok(id, 'The token may read them')
  } catch (error) {
    signal.throwIfAborted()
    const failed = failFor(id, error)
    if (
      loss === '' ||
      !(isOfKind(error, 'missing_scope') || isOfKind(error, 'plan') || isOfKind(error, 'bad_request'))
    ) {
      return failed
    }
    return warn(id, `${failed.finding} Without it ${loss}.`, failed.mend)
  }
}

/** The only permission that no request is refused for: what it would show is left out instead. */
async function checkTickets(api: IntercomApi, signal: AbortSignal): Promise<Check> {
  try {
    await api.checkTicketPermission({ signal })
  } catch (error) {
    signal.throwIfAborted()
    const { finding, mend } = failFor('permission_tickets', error)
    return warn('permission_tickets', `Could not be found out: ${finding}`, mend)
  }
  const missing = api.missingPermissions()
  if (missing.length === 0) return ok('permission_tickets', 'As far as can be seen the token may read them')
  return warn(
    'permission_tickets',
    `The token lacks "${missing.join('", "')}": Intercom leaves out the conversations that are tickets`,
    "Add it to the app's permissions in Intercom's Developer Hub, then run: npx fast-intercom-mcp sync --force",
  )
}

function isOfKind(error: unknown, kind: IntercomApiError['kind']): boolean {
  return error instanceof IntercomApiError && error.kind === kind
}
