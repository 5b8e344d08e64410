import { describe, expect, it } from 'vitest'
import { distortions, outcomes } from '../../src/simulator/fault-table'
import { faultCases } from './fault-cases'
import { runFaultHistory } from './fault-history'
import { runMixture } from './fault-mixtures'

/** Those that a running copy cannot be right under, or that last as long as a time-out. */
const elsewhere = ['no_answer']

describe('the copy equals its source under', () => {
  it.each(faultCases)('%s', async (name, rules, options = {}) => {
    const { violations } = await runFaultHistory({ seed: name, rules, size: 40, rounds: 4, ...options })
    expect(violations).toEqual([])
  })

  it('every fault that there is', () => {
    const struck = new Set(faultCases.flatMap(([, rules]) => rules.map(({ fault }) => fault as string)))
    const all = [...Object.keys(outcomes), ...Object.keys(distortions)]
    expect(all.filter((fault) => !struck.has(fault))).toEqual(elsewhere)
  })
})

describe('the copy equals its source under a mixture of faults', () => {
  it.each(Array.from({ length: 8 }, (_, index) => [index + 1]))('with seed %i', async (seed) => {
    const { violations } = await runMixture(seed)
    expect(violations).toEqual([])
  })
})
