import type { OutcomeName } from './fault-table'
import type { FaultRule } from './faults'
import { createRandom, hashText, type Random } from './generate/random'

const passing: readonly OutcomeName[] = [
  'rate_limited',
  'server_error',
  'server_error_html',
  'bad_gateway',
  'bad_gateway_json',
  'service_unavailable',
  'gateway_timeout',
  'gateway_timeout_json',
  'empty_body',
  'not_json',
  'connection_dropped',
]
const refusing: readonly OutcomeName[] = ['token_revoked', 'missing_scope', 'plan_restricted']
const search = ['conversations.search']
const threads = ['conversations.get']

type Draw = (random: Random) => Omit<FaultRule, 'seed'>

/**
 * Every kind of fault that a copy of the workspace can be right under, given time: none lasts for ever on a request
 * that has to succeed, and none hides for good what was there.
 */
const draws: readonly Draw[] = [
  (random) => ({ fault: random.pick(passing), probability: random.between(2, 12) / 100 }),
  (random) => ({ fault: random.pick(passing), endpoints: search, probability: random.between(5, 25) / 100 }),
  (random) => ({ fault: random.pick(passing), endpoints: threads, probability: random.between(5, 20) / 100 }),
  (random) => ({ fault: random.pick(passing), after: random.int(60), times: random.between(5, 60) }),
  (random) => ({ fault: 'rate_limited', after: random.int(90), times: random.between(3, 15) }),
  (random) => ({ fault: random.pick(refusing), after: random.int(100), times: 1 }),
  (random) => ({ fault: 'index_lag', amount: random.between(5, 300) }),
  (random) => ({ fault: 'index_lag', amount: random.between(5, 300), probability: 0.5 }),
  (random) => ({ fault: 'thread_lag', amount: random.between(2, 120), probability: random.pick([1, 0.5]) }),
  (random) => ({ fault: 'thread_behind', amount: random.between(1, 60) }),
  () => ({ fault: 'unsorted' }),
  (random) => ({ fault: 'drifting_totals', amount: random.between(1, 8) }),
  (random) => ({ fault: 'repeated_cursor', probability: 0.3, times: random.between(1, 8) }),
  (random) => ({ fault: 'repeated_hits', amount: random.between(1, 6) }),
  (random) => ({ fault: 'dropped_hits', amount: random.between(1, 2) }),
  (random) => ({
    fault: 'slow_pages',
    endpoints: search,
    amount: random.between(1, 12),
    probability: random.pick([1, 0.5]),
  }),
  () => ({ fault: 'inclusive_bounds' }),
  (random) => ({ fault: 'part_cap', amount: random.between(25, 40) }),
  (random) => ({ fault: 'null_details', probability: random.pick([1, 0.3]) }),
  () => ({ fault: 'null_assignees' }),
  (random) => ({ fault: 'unknown_shapes', probability: random.pick([1, 0.3]) }),
  (random) => ({ fault: 'changes_while_reading', endpoints: search, times: random.between(5, 30) }),
  () => ({ fault: 'changes_while_reading', endpoints: threads, probability: 0.1, times: 30 }),
  (random) => ({ fault: 'bulk_update', endpoints: search, amount: random.between(10, 60), times: 1 }),
  (random) => ({ fault: 'shared_rate_limit', amount: random.between(1, 10) }),
  () => ({ fault: 'no_rate_headers' }),
  (random) => ({
    fault: 'wrong_date',
    amount: random.between(-120, 120),
    probability: random.pick([1, 0.5]),
  }),
]

/** Two to six faults with their amounts and chances, drawn from a seed: the same seed draws the same mixture. */
export function drawFaults(seed: string | number): FaultRule[] {
  const random = createRandom(hashText(String(seed)))
  const left = [...draws]
  return Array.from({ length: random.between(2, 6) }, () => {
    const [draw] = left.splice(random.int(left.length), 1)
    const rule = (draw as Draw)(random)
    return { ...rule, seed: random.int(1_000_000) }
  })
}
