import type { Compared } from '../../domain/analysis-answers'
import { rounded } from '../distribution'

export const changeDefinition =
  'Now less then, in the unit of the figure itself (seconds, conversations, share, rating); null where either is missing.'

/** Figures with those of the other time and the difference under the same names; alone when nothing is compared. */
export function withComparison<Figures extends object>(
  current: Figures,
  previous: Figures | null,
): Compared<Figures> {
  if (previous === null) return current
  return { ...current, previous, change: difference(current, previous) as Partial<Figures> }
}

function difference(current: object, previous: object): object {
  const then = previous as Record<string, unknown>
  return Object.fromEntries(Object.entries(current).map(([name, now]) => [name, subtract(now, then[name])]))
}

function subtract(now: unknown, then: unknown): unknown {
  if (typeof now === 'number' && typeof then === 'number') return rounded(now - then)
  const areObjects = typeof now === 'object' && typeof then === 'object' && now !== null && then !== null
  return areObjects ? difference(now, then) : null
}
