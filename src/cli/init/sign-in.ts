import type { Config } from '../../config/finalize'
import { type Region, regions } from '../../config/schema'
import type { Workspace } from '../../domain/conversation'
import { AppError, IntercomApiError } from '../../domain/errors'
import type { IntercomApi } from '../../intercom/api'
import { asPlainLine } from '../output'
import { formatAmount } from '../units'

export interface SignInOptions {
  /** The region was named by the person: no other is tried. */
  isRegionChosen: boolean
  createApi(config: Config): IntercomApi
  signal: AbortSignal
}

/** What a token opens. */
export interface SignedIn {
  /** With the region of the workspace. */
  config: Config
  api: IntercomApi
  workspace: Workspace
  adminName: string | null
  /** null when the token may not list them. */
  teammates: number | null
}

/**
 * Checks the token and finds the workspace and its region: a token is known in the region of its workspace alone, so
 * one that is refused is tried in the others of Intercom's own. Rejects with what the first region said.
 */
export async function signIn(config: Config, options: SignInOptions): Promise<SignedIn> {
  try {
    return await signInAt(config, options)
  } catch (error) {
    options.signal.throwIfAborted()
    if (!isRefusal(error) || options.isRegionChosen || config.apiUrl !== null) throw error
    for (const region of regions) {
      if (region === config.region) continue
      const found = await signInAt({ ...config, region }, options).catch(() => null)
      options.signal.throwIfAborted()
      if (found) return found
    }
    throw error
  }
}

/** Whether Intercom does not know the token, so that another one may help. */
export function isRefusal(error: unknown): boolean {
  return error instanceof IntercomApiError && error.kind === 'unauthorised'
}

async function signInAt(
  config: Config,
  { isRegionChosen, createApi, signal }: SignInOptions,
): Promise<SignedIn> {
  const api = createApi(config)
  const { adminName, workspace } = await api.fetchMe({ signal })
  const teammates = await countTeammates(api, signal)
  // Intercom passes requests on between its regions; the way is shorter without.
  const region = toRegion(workspace.region)
  const keepsRegion = isRegionChosen || config.apiUrl !== null || region === null
  return { config: keepsRegion ? config : { ...config, region }, api, workspace, adminName, teammates }
}

async function countTeammates(api: IntercomApi, signal: AbortSignal): Promise<number | null> {
  try {
    return (await api.listAdmins({ signal })).length
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    return null
  }
}

function toRegion(name: string | null): Region | null {
  return regions.find((region) => region === name?.toLowerCase()) ?? null
}

/** `Acme, EU, 12 teammates`. */
export function describeWorkspace({
  workspace,
  teammates,
}: Pick<SignedIn, 'workspace' | 'teammates'>): string {
  const people = teammates === null ? null : formatAmount(teammates, 'teammate')
  const name = asPlainLine(workspace.name)
  return [name, workspace.region && asPlainLine(workspace.region), people].filter(Boolean).join(', ')
}
