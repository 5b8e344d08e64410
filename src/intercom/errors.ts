import { IntercomApiError, type IntercomErrorKind } from '../domain/errors'
import type { Operation } from './operations'

/** Where the request went, for the hints. */
export interface Destination {
  host: string
  region: string
  /** True when an address other than the region's own was configured. */
  custom: boolean
}

/** What of a failed answer may be looked at. The body itself never gets any further than this. */
export interface FailedAnswer {
  status: number
  /** The body as JSON; undefined when it was not JSON. */
  json: unknown
}

/** The error for an answer that refused or failed, in our words, with what to do now. */
export function toAnswerError(
  answer: FailedAnswer,
  operation: Operation,
  destination: Destination,
): IntercomApiError {
  const apiCode = readApiCode(answer.json)
  const kind = judgeAnswer(answer, apiCode)
  const { message, hint } = explain(kind, answer.status, operation, destination)
  return new IntercomApiError(kind, message, { status: answer.status, apiCode, hint })
}

/** The error for an answer that never came. `timeoutMs` is null unless that is why. */
export function toNetworkError(
  cause: unknown,
  timeoutMs: number | null,
  operation: Operation,
  destination: Destination,
): IntercomApiError {
  const hint = destination.custom
    ? 'Check the network and INTERCOM_API_URL.'
    : 'Check the network connection, VPN and proxy; what is stored can be read meanwhile.'
  if (timeoutMs !== null) {
    const message = `${destination.host} did not answer within ${timeoutMs / 1000} seconds while ${operation.doing}.`
    return new IntercomApiError('network', message, { hint, cause })
  }
  const code = findSystemCode(cause)
  const message = `${destination.host} could not be reached while ${operation.doing}${code ? ` (${code})` : ''}.`
  return new IntercomApiError('network', message, { hint, cause })
}

/** The error for a request that gets no answer although Intercom answers others: it fails, not the network. */
export function toSilenceError(
  cause: unknown,
  timeoutMs: number | null,
  operation: Operation,
  destination: Destination,
): IntercomApiError {
  const how = timeoutMs === null ? 'cut the connection' : `gave no answer within ${timeoutMs / 1000} seconds`
  const message = `${destination.host} can be reached, but ${how} while ${operation.doing}.`
  const hint = 'Try again later; status.intercom.com says whether Intercom has an incident.'
  return new IntercomApiError('server', message, { hint, cause })
}

/** The error for a 200 whose body is not what the API documents. */
export function toShapeError(
  status: number,
  operation: Operation,
  destination: Destination,
): IntercomApiError {
  const { message, hint } = explain('not_json', status, operation, destination)
  return new IntercomApiError('not_json', message, { status, hint })
}

/** The error for an answer that sends us elsewhere; the token is never taken along. */
export function toRedirectError(
  status: number,
  operation: Operation,
  destination: Destination,
): IntercomApiError {
  return new IntercomApiError(
    'bad_request',
    `${destination.host} redirects to another address while ${operation.doing}; the token was not sent there.`,
    { status, hint: 'Check INTERCOM_API_URL and the region.' },
  )
}

/** The same refusal, of which more is known: what may not be done, and which permission is missing for it. */
export function toMissingPermission(
  refusal: IntercomApiError,
  doing: string,
  permission: string,
): IntercomApiError {
  const { status, apiCode } = refusal
  const details = {
    ...(status === null ? {} : { status }),
    apiCode,
    hint: permissionHint(permission),
    cause: refusal,
  }
  return new IntercomApiError('missing_scope', permissionMessage(doing), details)
}

/** Whether the same request may succeed a moment later. */
export function isRetryable(error: IntercomApiError): boolean {
  return ['rate_limited', 'server', 'network', 'not_json'].includes(error.kind)
}

/** Whether the server took on more than it could do: a time-out or a gateway giving up. Smaller pages help. */
export function isOverload(error: IntercomApiError, timedOut: boolean): boolean {
  return timedOut || error.kind === 'server'
}

function judgeAnswer({ status, json }: FailedAnswer, apiCode: string | null): IntercomErrorKind {
  if (status === 429) return 'rate_limited'
  if (status >= 500 || status === 408) return 'server'
  if (status === 401) return apiCode === 'token_unauthorized' ? 'missing_scope' : 'unauthorised'
  // A web server that knows nothing of Intercom also says 404; taken for Intercom's, it would look like a deletion.
  if (!isErrorList(json)) return 'not_json'
  if (status === 402 || apiCode === 'api_plan_restricted') return 'plan'
  if (status === 403) return 'missing_scope'
  if (status === 404 || status === 410) return 'not_found'
  return 'bad_request'
}

function explain(
  kind: IntercomErrorKind,
  status: number,
  operation: Operation,
  destination: Destination,
): { message: string; hint: string } {
  const { doing } = operation
  switch (kind) {
    case 'unauthorised':
      return {
        message: `Intercom refused the access token while ${doing}.`,
        hint:
          'Run `npx fast-intercom-mcp init` with a valid token. A token is valid only in the region of its workspace; ' +
          `the region set now is ${destination.region} (${destination.host}).`,
      }
    case 'missing_scope':
      return {
        message: permissionMessage(doing),
        hint: permissionHint(operation.permission),
      }
    case 'plan':
      return {
        message: `The workspace's Intercom plan does not allow ${doing}.`,
        hint: 'Check in Intercom that the subscription is active and includes API access.',
      }
    case 'not_found':
      return {
        message: `Intercom does not know what was asked for while ${doing}.`,
        hint: 'Check the id; it may have been deleted, or belong to another workspace.',
      }
    case 'rate_limited':
      return {
        message: `Intercom's rate limit left no room for ${doing}.`,
        hint: 'Try again in a minute. Other apps of the workspace may be using up the shared limit.',
      }
    case 'bad_request':
      return {
        message: `Intercom did not accept the request (${status}) while ${doing}.`,
        hint: 'Check INTERCOM_API_VERSION (2.16 by default) and update fast-intercom-mcp.',
      }
    case 'not_json':
      return {
        message: `${destination.host} answered (${status}) with something that is not Intercom's API while ${doing}.`,
        hint: destination.custom
          ? 'Check INTERCOM_API_URL, and whether a proxy stands in between.'
          : 'Check whether a proxy or firewall stands in between, then try again.',
      }
    default:
      return {
        message: `Intercom failed (${status}) while ${doing}.`,
        hint: 'Try again later; status.intercom.com says whether Intercom has an incident.',
      }
  }
}

function permissionMessage(doing: string): string {
  return `The access token lacks the permission for ${doing}.`
}

function permissionHint(permission: string): string {
  return `Add "${permission}" to the app's permissions in Intercom's Developer Hub, then try again.`
}

function isErrorList(json: unknown): json is { errors: unknown[] } {
  return typeof json === 'object' && json !== null && 'errors' in json && Array.isArray(json.errors)
}

function readApiCode(json: unknown): string | null {
  const first: unknown = isErrorList(json) ? json.errors[0] : null
  if (typeof first !== 'object' || first === null || !('code' in first)) return null
  return typeof first.code === 'string' && /^[a-z_]{1,64}$/.test(first.code) ? first.code : null
}

/** fetch hides the reason (ENOTFOUND, ECONNREFUSED, a certificate's code) one or two causes down. */
function findSystemCode(error: unknown): string | null {
  let current = error
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string' && /^[A-Z_]{3,64}$/.test(current.code)) {
      return current.code
    }
    current = current.cause
  }
  return null
}
