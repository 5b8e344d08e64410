import type { SyncState, TimeField } from '../domain/coverage'
import { mergeTimeframes, type Timeframe } from '../domain/timeframe'

/**
 * What is known after everything updated in `window` has been stored. A conversation created in the window was also
 * updated in it or later, so the window covers by created_at too. A window that begins after as_of leaves a hole in
 * which updates went unseen: what was known before can then no longer be vouched for.
 */
export function afterIncremental(state: SyncState, window: Timeframe): SyncState {
  if (window.start >= window.end) return state
  if (state.asOf === null || window.start > state.asOf) {
    return { asOf: window.end, unbrokenSince: window.start, covered: [{ ...window }] }
  }
  return {
    asOf: window.end,
    unbrokenSince: Math.min(state.unbrokenSince ?? window.start, window.start),
    covered: mergeTimeframes([...state.covered, window]),
  }
}

/**
 * What is known after an older window has been stored. By created_at it is covered. By updated_at it must reach up
 * to the point from which runs have been unbroken, and then moves that point back; one that does not teaches nothing.
 */
export function afterBackfill(
  state: SyncState,
  window: { timeframe: Timeframe; field: TimeField },
): SyncState {
  const { start, end } = window.timeframe
  if (start >= end) return state
  if (window.field === 'created_at') {
    return { ...state, covered: mergeTimeframes([...state.covered, { start, end }]) }
  }
  if (state.asOf === null || state.unbrokenSince === null || end < state.unbrokenSince) return state
  const unbrokenSince = Math.min(start, state.unbrokenSince)
  return {
    asOf: state.asOf,
    unbrokenSince,
    covered: mergeTimeframes([...state.covered, { start: unbrokenSince, end: state.asOf }]),
  }
}
