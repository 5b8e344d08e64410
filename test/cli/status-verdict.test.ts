import { describe, expect, it } from 'vitest'
import { hintHere } from '../../src/cli/place-hint'
import { judgeStatus } from '../../src/cli/status/verdict'
import type { ServerStatusAnswer } from '../../src/domain/answers'
import { statusAnswer } from '../mcp/sample-service'

type Changes = { [Key in keyof ServerStatusAnswer]?: Partial<ServerStatusAnswer[Key]> }

/** A server in good order, but for these. */
function aStatus({ freshness, sync, process }: Changes = {}): ServerStatusAnswer {
  const well = { age_seconds: 42, stale: false, refresh: 'none', refresh_error: null } as const
  return {
    ...statusAnswer,
    process: { ...statusAnswer.process, role: 'owner', ...process },
    freshness: { ...statusAnswer.freshness, ...well, ...freshness },
    sync: { is_syncing: false, started_at: null, progress: null, last_error: null, recent_runs: [], ...sync },
  }
}

const run = {
  ...{
    id: 'r',
    started_at: '2026-03-01T10:00:00Z',
    completed_at: '2026-03-01T10:00:02Z',
    type: 'incremental',
  },
  ...{ conversations: 0, messages: 0 },
}
const counted = { conversations: 100, messages: 0, requests: 3 }
const refusal =
  'Intercom refused the access token while checking the token. Run `npx fast-intercom-mcp init` with a valid token.'

describe('the verdict of status', () => {
  it.each<[string, Changes, boolean, object]>([
    ['fresh data', {}, true, { state: 'fresh', message: 'Up to date: synced 42 s ago.', mend: null }],
    [
      'a sync under way',
      { sync: { is_syncing: true, progress: { ...counted, phase: 'threads', done: 1200, total: 4000 } } },
      true,
      { state: 'syncing', message: 'Syncing now: reading their replies, 1,200 of 4,000.', mend: null },
    ],
    [
      'nothing yet',
      { freshness: { age_seconds: null, stale: true } },
      true,
      {
        state: 'empty',
        message: 'Nothing has been fetched yet.',
        mend: 'Run: npx fast-intercom-mcp sync',
      },
    ],
    [
      'nothing yet and no token',
      { freshness: { age_seconds: null, stale: true } },
      false,
      {
        state: 'empty',
        message: 'Nothing has been fetched yet, and there is no access token.',
        mend: 'Run: npx fast-intercom-mcp init',
      },
    ],
    [
      'old data',
      { freshness: { age_seconds: 7200, stale: true } },
      true,
      { state: 'stale', message: 'Out of date: synced 2 h ago, so newer messages may be missing.' },
    ],
    [
      'old data that is being refreshed',
      { freshness: { age_seconds: 7200, stale: true, refresh: 'started' } },
      true,
      { state: 'syncing', mend: 'A refresh is under way; look again in a moment.' },
    ],
    [
      'old data and no token',
      { freshness: { age_seconds: 7200, stale: true } },
      false,
      { state: 'refused', mend: 'Run: npx fast-intercom-mcp init' },
    ],
    [
      'old data and no token of ours, behind a server that has one',
      { freshness: { age_seconds: 7200, stale: true }, process: { role: 'door' } },
      false,
      { state: 'stale' },
    ],
    [
      'a clock that was set back',
      { freshness: { age_seconds: 0, stale: true } },
      true,
      { state: 'stale', mend: 'Set the clock right, then run: npx fast-intercom-mcp sync' },
    ],
    [
      'a token that the server is refused with',
      { freshness: { refresh_error: { code: 'unauthorised', message: refusal } } },
      true,
      {
        state: 'refused',
        message: 'Intercom refused the access token while checking the token.',
        mend: 'Run `npx fast-intercom-mcp init` with a valid token.',
      },
    ],
    [
      'a token that the last sync was refused with',
      { sync: { recent_runs: [{ ...run, status: 'failed', error: refusal }] } },
      true,
      { state: 'refused' },
    ],
    [
      'a failed sync behind data',
      { sync: { recent_runs: [{ ...run, status: 'failed', error: 'Intercom could not be reached.' }] } },
      true,
      {
        state: 'failing',
        message: 'The last sync failed. What is stored was synced 42 s ago. Intercom could not be reached.',
      },
    ],
    [
      'a failure that a good sync followed',
      {
        sync: {
          recent_runs: [
            { ...run, status: 'completed', error: null },
            { ...run, status: 'failed', error: 'no' },
          ],
        },
      },
      true,
      { state: 'fresh' },
    ],
  ])('on %s', (_, changes, hasToken, expected) => {
    expect(judgeStatus(aStatus(changes), hasToken)).toMatchObject(expected)
  })
})

describe('a hint', () => {
  it.each([
    ['Run: npx fast-intercom-mcp sync', 'Run: npx fast-intercom-mcp sync --home /a --profile acme'],
    [
      'npx fast-intercom-mcp reset, then npx fast-intercom-mcp sync --days 3',
      'npx fast-intercom-mcp reset --home /a --profile acme, then npx fast-intercom-mcp sync --home /a --profile acme --days 3',
    ],
    [
      'Run `npx fast-intercom-mcp init` again',
      'Run `npx fast-intercom-mcp init --home /a --profile acme` again',
    ],
    ['npx fast-intercom-mcp init --profile b', 'npx fast-intercom-mcp init --home /a --profile b'],
  ])('%j works where the command did', (hint, expected) => {
    expect(hintHere(hint, { home: '/a', profile: 'acme' })).toBe(expected)
  })

  it('is left as it is where no place was given, and quotes one with blanks', () => {
    expect(hintHere('npx fast-intercom-mcp sync', {})).toBe('npx fast-intercom-mcp sync')
    expect(hintHere('npx fast-intercom-mcp sync', { home: 'C:\\My data' })).toBe(
      'npx fast-intercom-mcp sync --home "C:\\My data"',
    )
  })
})
