import type { FaultRule } from '../../src/simulator/faults'
import type { FaultHistoryOptions } from './fault-history'

const search = ['conversations.search']
const threads = ['conversations.get']
/** More than all tries of one request, so that runs fail too. */
const outage = { after: 15, times: 40 }
const refused = { after: 20, times: 2 }

type FaultCase = [name: string, rules: FaultRule[], options?: Partial<FaultHistoryOptions>]

/** Every fault alone, strong enough that runs fail too. */
export const faultCases: FaultCase[] = [
  ['no fault', []],
  ['token_revoked', [{ fault: 'token_revoked', ...refused }]],
  ['missing_scope', [{ fault: 'missing_scope', ...refused }]],
  [
    'missing_scope, once, of the list of deletions',
    [{ fault: 'missing_scope', endpoints: ['conversations.deleted'], times: 1 }],
  ],
  ['plan_restricted', [{ fault: 'plan_restricted', ...refused }]],
  ['rate_limited, in bursts', [{ fault: 'rate_limited', probability: 0.3 }]],
  ['server_error', [{ fault: 'server_error', ...outage }]],
  ['server_error_html', [{ fault: 'server_error_html', endpoints: threads, probability: 0.3 }]],
  ['bad_gateway', [{ fault: 'bad_gateway', endpoints: search, probability: 0.5 }]],
  ['bad_gateway_json', [{ fault: 'bad_gateway_json', endpoints: threads, ...outage }]],
  ['service_unavailable', [{ fault: 'service_unavailable', probability: 0.2 }]],
  ['gateway_timeout', [{ fault: 'gateway_timeout', endpoints: search, times: 20 }]],
  ['gateway_timeout_json', [{ fault: 'gateway_timeout_json', ...outage }]],
  ['empty_body', [{ fault: 'empty_body', probability: 0.2 }]],
  ['not_json', [{ fault: 'not_json', ...outage }]],
  ['connection_dropped', [{ fault: 'connection_dropped', probability: 0.2 }]],
  ['not_found, of a list that a version lacks', [{ fault: 'not_found', endpoints: ['tags.list'] }]],
  ['index_lag', [{ fault: 'index_lag', amount: 240 }]],
  ['index_lag, of one server of two', [{ fault: 'index_lag', amount: 240, probability: 0.5 }]],
  ['thread_lag', [{ fault: 'thread_lag', amount: 100 }]],
  ['thread_lag, of one server of two', [{ fault: 'thread_lag', amount: 100, probability: 0.5 }]],
  ['thread_behind', [{ fault: 'thread_behind', amount: 7 }]],
  ['unsorted', [{ fault: 'unsorted' }, { fault: 'changes_while_reading', endpoints: search, times: 20 }]],
  ['drifting_totals', [{ fault: 'drifting_totals', amount: 8 }]],
  ['repeated_cursor', [{ fault: 'repeated_cursor', times: 6 }]],
  ['repeated_hits', [{ fault: 'repeated_hits', amount: 6 }]],
  ['dropped_hits', [{ fault: 'dropped_hits', amount: 3 }]],
  ['slow_pages', [{ fault: 'slow_pages', endpoints: search, amount: 1 }]],
  ['short_pages', [{ fault: 'short_pages', amount: 4 }]],
  ['inclusive_bounds', [{ fault: 'inclusive_bounds' }]],
  ['part_cap', [{ fault: 'part_cap', amount: 12 }], { afterFirstSync: true }],
  ['null_details', [{ fault: 'null_details', probability: 0.5 }]],
  ['null_assignees', [{ fault: 'null_assignees' }]],
  ['unknown_shapes', [{ fault: 'unknown_shapes' }]],
  [
    'changes_while_reading, between pages',
    [{ fault: 'changes_while_reading', endpoints: search, times: 25 }],
  ],
  [
    'changes_while_reading, between threads',
    [{ fault: 'changes_while_reading', endpoints: threads, probability: 0.2 }],
  ],
  ['bulk_update', [{ fault: 'bulk_update', endpoints: search, amount: 30, after: 1, times: 1 }]],
  ['shared_rate_limit', [{ fault: 'shared_rate_limit', amount: 200 }]],
  ['no_rate_headers', [{ fault: 'no_rate_headers' }, { fault: 'rate_limited', probability: 0.2 }]],
  ['wrong_date, ahead', [{ fault: 'wrong_date', amount: 90 }]],
  ['wrong_date, behind, of one server of two', [{ fault: 'wrong_date', amount: -90, probability: 0.5 }]],
  ['a wrong local clock', [], { localClockOff: () => -400_000 }],
  ['a local clock that is set', [], { localClockOff: (round) => [0, 300_000, -7_200, 40][round % 4] ?? 0 }],
  [
    'a local clock that is set back before the first sync',
    [{ fault: 'bad_gateway', endpoints: ['admins.list', 'teams.list', 'tags.list'], times: 9 }],
    { localClockOff: (round) => (round === 0 ? 0 : -1_700_000) },
  ],
  ['a process that ends early', [{ fault: 'server_error', probability: 0.1 }], { restarts: true }],
]
