import { createRandom, type Random } from './generate/random'

/** What a fault does to a request instead of an answer. */
export type FaultOutcome =
  | { kind: 'error'; status: number; code: string; message: string }
  | { kind: 'raw'; status: number; contentType: string; body: string }
  | { kind: 'drop' }

const gatewayPage = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`

const error = (status: number, code: string, message: string): FaultOutcome => ({
  kind: 'error',
  status,
  code,
  message,
})
const page = (status: number, title: string): FaultOutcome => ({
  kind: 'raw',
  status,
  contentType: 'text/html',
  body: gatewayPage(title),
})

/** Every fault by name; a new one is a line here. */
const faultTable = {
  token_revoked: error(401, 'token_revoked', 'Access Token has been revoked'),
  missing_scope: error(401, 'token_unauthorized', 'Not authorized to access resource'),
  plan_restricted: error(403, 'api_plan_restricted', 'Active subscription needed.'),
  not_found: error(404, 'not_found', 'Resource Not Found'),
  rate_limited: error(429, 'rate_limit_exceeded', 'Exceeded rate limit'),
  server_error: error(500, 'server_error', 'Internal Server Error'),
  server_error_html: page(500, '500 Internal Server Error'),
  bad_gateway: page(502, '502 Bad Gateway'),
  bad_gateway_json: error(502, 'server_error', 'Bad Gateway'),
  service_unavailable: error(503, 'service_unavailable', 'Service Unavailable'),
  gateway_timeout: page(504, '504 Gateway Time-out'),
  gateway_timeout_json: error(504, 'server_error', 'Gateway Timeout'),
  empty_body: { kind: 'raw', status: 200, contentType: 'application/json', body: '' },
  not_json: {
    kind: 'raw',
    status: 200,
    contentType: 'text/html',
    body: '<html><body>Maintenance</body></html>',
  },
  connection_dropped: { kind: 'drop' },
} as const satisfies Record<string, FaultOutcome>

export type FaultName = keyof typeof faultTable

/** When a fault strikes. Without any restriction: always, until it is taken away. */
export interface FaultRule {
  fault: FaultName
  /** Only these endpoints, for instance `conversations.get`. */
  endpoints?: readonly string[]
  /** Only requests for these conversations or contacts. */
  ids?: readonly string[]
  /** Only the next so many requests that it applies to. */
  times?: number
  /** Leaves so many requests alone before it begins. */
  after?: number
  /** 0 to 1, drawn from `seed`. */
  probability?: number
  seed?: number
}

export interface Faults {
  set(rules: readonly FaultRule[]): void
  /** The outcome for this request, or null for a proper answer. The first rule that applies counts. */
  strike(request: { endpoint: string; id: string | null }): FaultOutcome | null
}

interface ArmedRule extends FaultRule {
  random: Random
  seen: number
  struck: number
}

/** No faults at first. */
export function createFaults(): Faults {
  let armed: ArmedRule[] = []
  return {
    set: (rules) => {
      armed = rules.map((rule) => ({ ...rule, random: createRandom(rule.seed ?? 1), seen: 0, struck: 0 }))
    },
    strike: (request) => {
      const rule = armed.find((candidate) => applies(candidate, request))
      return rule === undefined ? null : faultTable[rule.fault]
    },
  }
}

function applies(rule: ArmedRule, { endpoint, id }: { endpoint: string; id: string | null }): boolean {
  if (rule.endpoints !== undefined && !rule.endpoints.includes(endpoint)) return false
  if (rule.ids !== undefined && (id === null || !rule.ids.includes(id))) return false
  if (rule.times !== undefined && rule.struck >= rule.times) return false
  rule.seen++
  if (rule.seen <= (rule.after ?? 0)) return false
  if (rule.probability !== undefined && !rule.random.chance(rule.probability)) return false
  rule.struck++
  return true
}
