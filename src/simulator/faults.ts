import {
  type DistortionName,
  distortions,
  type FaultOutcome,
  type OutcomeName,
  outcomes,
} from './fault-table'
import { createRandom, type Random } from './generate/random'

/** Every fault by name; `fault-table.ts` says what each does. */
export type FaultName = OutcomeName | DistortionName

/** When a fault strikes. Without any restriction: always, until it is taken away. */
export interface FaultRule {
  fault: FaultName
  /** How much of it, in the unit that `fault-table.ts` names; for faults that answer. */
  amount?: number
  /** Only these endpoints, for instance `conversations.get`. */
  endpoints?: readonly string[]
  /** Only requests for, or hits that are, these conversations or contacts. */
  ids?: readonly string[]
  /** Only the next so many requests that it applies to. */
  times?: number
  /** Leaves so many requests alone before it begins. */
  after?: number
  /** 0 to 1, drawn from `seed`. */
  probability?: number
  seed?: number
}

interface Target {
  endpoint: string
  id: string | null
}

export interface Distortion {
  amount: number
  random: Random
}

export interface Faults {
  set(rules: readonly FaultRule[]): void
  /** Whether any rule is about this fault, struck already or not. */
  has(fault: FaultName): boolean
  /** The rules that have struck since they were set. */
  struck(): FaultName[]
  /** The outcome for this request, or null for a proper answer. The first rule that applies counts. */
  strike(request: Target): FaultOutcome | null
  /** Whether the answer is distorted in this way, and how much. The first rule that applies counts. */
  distort(fault: DistortionName, target: Target): Distortion | null
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
    has: (fault) => armed.some((rule) => rule.fault === fault),
    struck: () => armed.filter(({ struck }) => struck > 0).map(({ fault }) => fault),
    strike: (request) => {
      for (const rule of armed) {
        if (isOutcome(rule.fault) && applies(rule, request)) return outcomes[rule.fault]
      }
      return null
    },
    distort: (fault, target) => {
      const rule = armed.find((candidate) => candidate.fault === fault && applies(candidate, target))
      return rule === undefined ? null : { amount: rule.amount ?? distortions[fault], random: rule.random }
    },
  }
}

function isOutcome(fault: FaultName): fault is OutcomeName {
  return fault in outcomes
}

function applies(rule: ArmedRule, { endpoint, id }: Target): boolean {
  if (rule.endpoints !== undefined && !rule.endpoints.includes(endpoint)) return false
  if (rule.ids !== undefined && (id === null || !rule.ids.includes(id))) return false
  if (rule.times !== undefined && rule.struck >= rule.times) return false
  rule.seen++
  if (rule.seen <= (rule.after ?? 0)) return false
  if (rule.probability !== undefined && !rule.random.chance(rule.probability)) return false
  rule.struck++
  return true
}
