/** What a fault does to a request instead of an answer. */
export type FaultOutcome =
  | { kind: 'error'; status: number; code: string; message: string }
  | { kind: 'raw'; status: number; contentType: string; body: string }
  | { kind: 'drop' }
  | { kind: 'silence' }

const gatewayPage = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`

const error = (status: number, code: string, message: string): FaultOutcome => ({
  kind: 'error',
  status,
  code,
  message,
})
const page = (status: number, title: string): FaultOutcome & { kind: 'raw' } => ({
  kind: 'raw',
  status,
  contentType: 'text/html',
  body: gatewayPage(title),
})

/** What a gateway says when the answer behind it took too long. */
export const gatewayTimeout = page(504, '504 Gateway Time-out')

/** Faults that take the place of an answer. */
export const outcomes = {
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
  gateway_timeout: gatewayTimeout,
  gateway_timeout_json: error(504, 'server_error', 'Gateway Timeout'),
  empty_body: { kind: 'raw', status: 200, contentType: 'application/json', body: '' },
  not_json: {
    kind: 'raw',
    status: 200,
    contentType: 'text/html',
    body: '<html><body>Maintenance</body></html>',
  },
  connection_dropped: { kind: 'drop' },
  /** The connection stays open until the client gives up. */
  no_answer: { kind: 'silence' },
} as const satisfies Record<string, FaultOutcome>

/** Faults that answer, but not as they should, each with the amount that holds when a rule names none. */
export const distortions = {
  /** Search and list serve a copy so many seconds old, from the moment of switching on; GET is fresh. */
  index_lag: 60,
  /** GET of a conversation serves a copy so many seconds old; one that is younger is not found. */
  thread_lag: 30,
  /** GET of a conversation names an updated_at so many seconds below that of the hit. */
  thread_behind: 5,
  /** Search and list keep to no order, though every page brings what no other brings. */
  unsorted: 0,
  /** total_count is wrong by up to so many, anew on each page. */
  drifting_totals: 3,
  /** From the second page on the cursor of the next page is the one just used. */
  repeated_cursor: 0,
  /** A page begins with the last so many hits of the page before. */
  repeated_hits: 2,
  /** So many percent of the hits of a page are left out, though total_count counts them. */
  dropped_hits: 2,
  /** A page of more rows than this ends in a gateway's time-out, after as long as so many rows take. */
  slow_pages: 20,
  /** A page of a search has at most so many rows, whatever per_page asks for. */
  short_pages: 15,
  /** `>` and `<` include their bounds. */
  inclusive_bounds: 0,
  /** GET sends only so many parts, the newest. */
  part_cap: 5,
  /** statistics, rating, teammates and other details are null. */
  null_details: 0,
  /** Unassigned is null instead of 0. */
  null_assignees: 0,
  /** Part types, values and fields that no documentation knows. */
  unknown_shapes: 0,
  /** So many changes happen to the workspace before each answer. */
  changes_while_reading: 1,
  /** So many conversations, spread over the workspace, are changed in the same second before the answer. */
  bulk_update: 40,
  /** Another app makes so many calls with each of ours. */
  shared_rate_limit: 3,
  /** A proxy takes the rate-limit headers away. */
  no_rate_headers: 0,
  /** The Date header is so many seconds ahead of the times in the answer. */
  wrong_date: 30,
} as const satisfies Record<string, number>

export type OutcomeName = keyof typeof outcomes
export type DistortionName = keyof typeof distortions
