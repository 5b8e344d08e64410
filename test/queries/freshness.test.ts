import { describe, expect, it } from 'vitest'
import { emptySyncState, type SyncState } from '../../src/domain/coverage'
import {
  ConfigurationError,
  IntercomApiError,
  type IntercomErrorKind,
  StorageError,
} from '../../src/domain/errors'
import { composeFreshness, judgeFreshness, toRefreshError } from '../../src/queries/freshness'

const at = (iso: string) => Date.parse(iso) / 1000
const now = at('2026-11-18T12:00:00Z')
const context = { now, maxAgeMinutes: 5, workspaceCreatedAt: at('2024-01-01T00:00:00Z') }
const lastMonth = { start: at('2026-10-01T00:00:00Z'), end: at('2026-11-01T00:00:00Z') }
const thisMonth = { start: at('2026-11-05T00:00:00Z'), end: now }
const state: SyncState = {
  asOf: at('2026-11-18T11:58:00Z'),
  unbrokenSince: at('2026-11-01T00:00:00Z'),
  covered: [{ start: at('2026-10-15T00:00:00Z'), end: at('2026-11-18T11:58:00Z') }],
}

describe('judgeFreshness', () => {
  it('finds what is covered and lately synced full and fresh', () => {
    expect(judgeFreshness(state, thisMonth, 'created_at', context)).toEqual({
      as_of: '2026-11-18T11:58:00Z',
      age_seconds: 120,
      stale: false,
      coverage: 'full',
      gaps: [],
    })
  })

  it('names the gap of what is covered in part', () => {
    expect(judgeFreshness(state, lastMonth, 'created_at', context)).toMatchObject({
      stale: false,
      coverage: 'partial',
      gaps: [['2026-10-01T00:00:00Z', '2026-10-15T00:00:00Z']],
    })
  })

  it('judges by updated_at from where incremental runs are unbroken', () => {
    expect(judgeFreshness(state, thisMonth, 'updated_at', context).coverage).toBe('full')
    expect(judgeFreshness(state, lastMonth, 'updated_at', context).coverage).toBe('none')
  })

  it('finds everything stale behind an old sync, closed months included', () => {
    const old = { ...state, asOf: now - 301 }
    expect(judgeFreshness(old, lastMonth, 'created_at', context).stale).toBe(true)
    expect(judgeFreshness({ ...state, asOf: now - 300 }, lastMonth, 'created_at', context).stale).toBe(false)
  })

  it('judges everything stored from the creation of the workspace on', () => {
    expect(judgeFreshness(state, null, 'created_at', context).gaps).toEqual([
      ['2024-01-01T00:00:00Z', '2026-10-15T00:00:00Z'],
    ])
  })

  it('never gives an age below zero when the clock of the API is ahead', () => {
    expect(judgeFreshness({ ...state, asOf: now + 30 }, null, 'created_at', context).age_seconds).toBe(0)
  })

  it('has no age before the first sync', () => {
    expect(judgeFreshness(emptySyncState, thisMonth, 'created_at', context)).toEqual({
      as_of: null,
      age_seconds: null,
      stale: true,
      coverage: 'none',
      gaps: [['2026-11-05T00:00:00Z', '2026-11-18T12:00:00Z']],
    })
  })
})

describe('toRefreshError', () => {
  it.each<[IntercomErrorKind, string]>([
    ['unauthorised', 'unauthorised'],
    ['missing_scope', 'unauthorised'],
    ['rate_limited', 'throttled'],
    ['network', 'offline'],
    ['server', 'server'],
    ['not_json', 'server'],
  ])('calls %s %s', (kind, code) => {
    expect(toRefreshError(new IntercomApiError(kind, 'It failed.', { hint: 'Do this.' }))).toEqual({
      code,
      message: 'It failed. Do this.',
    })
  })

  it('counts a missing token as unauthorised and a full disk as the server’s', () => {
    expect(toRefreshError(new ConfigurationError('No token.'))?.code).toBe('unauthorised')
    expect(toRefreshError(new StorageError('disk_full', 'The disk is full.'))?.code).toBe('server')
    expect(toRefreshError(null)).toBeNull()
  })
})

describe('composeFreshness', () => {
  const fresh = judgeFreshness(state, thisMonth, 'created_at', context)
  const synced = now - 7200
  const old = { ...state, asOf: synced, covered: state.covered.map(({ start }) => ({ start, end: synced })) }
  const stale = judgeFreshness(old, thisMonth, 'created_at', context)
  const never = judgeFreshness(emptySyncState, thisMonth, 'created_at', context)
  const none = { refresh: 'none', refresh_error: null } as const

  it.each([
    [
      'a question about everything',
      composeFreshness(judgeFreshness(state, null, 'created_at', context), { ...none, wholeHistory: true }),
      'Synced 2 minutes ago. Not covered: 2024-01-01 to 2026-10-15.',
    ],
    [
      'no matches',
      composeFreshness(fresh, { ...none, matches: 0 }),
      'Synced 2 minutes ago. The time asked about is covered. No conversation matches.',
    ],
    [
      'not yet synced',
      composeFreshness(never, { refresh: 'started', refresh_error: null, matches: 0 }),
      'Not synced yet. Nothing found means nothing is stored, not that there are no matches. A refresh has been started: ask again in a moment.',
    ],
    [
      'offline',
      composeFreshness(stale, {
        refresh: 'failed',
        refresh_error: { code: 'offline', message: 'api.example.com could not be reached.' },
        matches: 0,
      }),
      'Synced 2 hours ago, so newer messages may be missing. Of the time asked about, this is not covered: 2026-11-18 10:00 to 2026-11-18 12:00 (UTC). No stored conversation matches. Intercom cannot be reached: api.example.com could not be reached.',
    ],
    [
      'throttled',
      composeFreshness(stale, {
        refresh: 'failed',
        refresh_error: { code: 'throttled', message: 'Next try in 9 seconds.' },
      }),
      'Synced 2 hours ago, so newer messages may be missing. Of the time asked about, this is not covered: 2026-11-18 10:00 to 2026-11-18 12:00 (UTC). Intercom is limiting our requests for the moment: Next try in 9 seconds.',
    ],
    [
      'unauthorised',
      composeFreshness(stale, {
        refresh: 'unavailable',
        refresh_error: { code: 'unauthorised', message: 'Run init.' },
      }),
      'Synced 2 hours ago, so newer messages may be missing. Of the time asked about, this is not covered: 2026-11-18 10:00 to 2026-11-18 12:00 (UTC). No refresh is possible: Run init.',
    ],
  ])('says %s in its own words', (_, freshness, message) => {
    expect(freshness.message).toBe(message)
  })

  it('names what is missing, and how the request was understood', () => {
    const partial = judgeFreshness(state, lastMonth, 'created_at', context)
    const { message } = composeFreshness(partial, { ...none, notes: ['Days are counted in UTC.'] })
    expect(message).toBe(
      'Synced 2 minutes ago. Of the time asked about, this is not covered: 2026-10-01 to 2026-10-15. Days are counted in UTC.',
    )
  })

  it('tells gaps in the days of the workspace', () => {
    const gapOf = (timezone: string, from: string, to: string) =>
      composeFreshness({ ...fresh, coverage: 'partial', gaps: [[from, to]] }, { ...none, timezone }).message
    expect(gapOf('Europe/Dublin', '2026-09-10T23:00:00Z', '2026-09-22T10:00:00Z')).toContain(
      'not covered: 2026-09-11 to 2026-09-22.',
    )
    expect(gapOf('Asia/Tokyo', '2026-09-10T23:00:00Z', '2026-09-11T01:00:00Z')).toContain(
      'not covered: 2026-09-11 08:00 to 2026-09-11 10:00 (Asia/Tokyo).',
    )
  })

  it('does not call a sync in the future new, and counts one second as one', () => {
    const ahead = judgeFreshness({ ...state, asOf: now + 3600 }, thisMonth, 'created_at', context)
    expect(composeFreshness(ahead, none).message).toContain(
      'Synced at a time that the clock of this machine has not reached, so newer messages may be missing.',
    )
    const just = judgeFreshness({ ...state, asOf: now - 1 }, thisMonth, 'created_at', context)
    expect(composeFreshness(just, none).message).toContain('Synced 1 second ago.')
  })

  it('gives the hours of a gap within a day, and no year in which there was no Intercom', () => {
    const gapOf = (from: string, to: string) =>
      composeFreshness({ ...fresh, coverage: 'partial', gaps: [[from, to]] }, none).message
    expect(gapOf('2026-11-17T08:30:00Z', '2026-11-17T09:00:00Z')).toContain(
      'not covered: 2026-11-17 08:30 to 2026-11-17 09:00 (UTC).',
    )
    expect(gapOf('1970-01-01T00:00:00Z', '2026-10-15T00:00:00Z')).toContain(
      'not covered: everything before 2026-10-15.',
    )
  })
})
