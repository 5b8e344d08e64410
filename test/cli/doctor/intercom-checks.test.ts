import { describe, expect, it } from 'vitest'
import { checkIntercom } from '../../../src/cli/doctor/intercom-checks'
import { watchFetch } from '../../../src/cli/doctor/watched-fetch'
import { createIntercomClient } from '../../../src/intercom/client'
import type { FaultRule } from '../../../src/simulator/faults'
import type { Simulator } from '../../../src/simulator/server'
import { startTestSimulator } from '../../helpers/simulator'
import { find, loadFrom, verdicts } from './checks'

const signal = new AbortController().signal

/** The checks of Intercom against a simulator with these faults; `nowMs` is this machine's clock. */
async function askSimulator(rules: FaultRule[], options: { token?: string; nowMs?: () => number } = {}) {
  const simulator = await startTestSimulator({ size: 3, clock: 'frozen' })
  simulator.setFaults(...rules)
  return askIntercom(simulator, options)
}

function askIntercom(
  simulator: Simulator,
  { token = 'test-token', nowMs }: { token?: string; nowMs?: () => number },
) {
  const { config } = loadFrom({ INTERCOM_ACCESS_TOKEN: token, INTERCOM_API_URL: simulator.url })
  const watched = watchFetch(nowMs ?? (() => simulator.clock.nowMs()))
  return checkIntercom({
    ...{ config, watched, signal },
    createApi: ({ accessToken, region, apiUrl, apiVersion }) =>
      createIntercomClient({
        ...{ token: accessToken ?? '', region, apiUrl, apiVersion, version: '0', fetch: watched.fetch },
        sleep: async () => {},
      }),
  })
}

describe('Intercom', () => {
  it('takes the token and allows everything', async () => {
    const checks = await askSimulator([])
    expect(verdicts(checks)).toEqual([
      'token_accepted ok',
      'region ok',
      'clock ok',
      'permission_conversations ok',
      'permission_contacts ok',
      'permission_admins ok',
      'permission_tags ok',
      'permission_tickets ok',
      'deletions ok',
    ])
    expect(find(checks, 'token_accepted')?.finding).toMatch(/^Workspace \S+.* \(\S+\), as \S/)
  })

  it('is not asked without a token', async () => {
    const { config } = loadFrom({})
    const createApi = () => {
      throw new Error('Nobody should ask')
    }
    expect(await checkIntercom({ config, watched: watchFetch(), createApi, signal })).toEqual([])
  })

  it('refuses a wrong token, and nothing else is asked', async () => {
    const checks = await askSimulator([], { token: 'wrong' })
    expect(verdicts(checks)).toEqual(['token_accepted fail', 'clock ok'])
    expect(find(checks, 'token_accepted')?.finding).toBe(
      'Intercom refused the access token while checking the token.',
    )
  })

  it('knows a token in another region, and names it', async () => {
    const { config } = loadFrom({ INTERCOM_ACCESS_TOKEN: 'test-token', INTERCOM_REGION: 'us' })
    const european = await startTestSimulator({ size: 1 })
    const elsewhere = await startTestSimulator({ size: 1, token: 'another' })
    const asked: string[] = []
    const checks = await checkIntercom({
      ...{ config, watched: watchFetch(), signal },
      createApi: ({ accessToken, region }) => {
        asked.push(region)
        const apiUrl = region === 'eu' ? european.url : elsewhere.url
        return createIntercomClient({
          token: accessToken ?? '',
          region,
          apiUrl,
          apiVersion: '2.16',
          version: '0',
        })
      },
    })
    expect(asked).toEqual(['us', 'eu'])
    expect(checks).toMatchObject([
      {
        id: 'token_accepted',
        verdict: 'fail',
        finding: expect.stringMatching(/^Refused in region us; it belongs to .* in region eu$/),
        mend: 'Run: npx fast-intercom-mcp init --region eu',
      },
    ])
  })

  it('names another region than the one that is set', async () => {
    const { config } = loadFrom({ INTERCOM_ACCESS_TOKEN: 'test-token', INTERCOM_REGION: 'eu' })
    const simulator = await startTestSimulator({ size: 1 })
    const checks = await checkIntercom({
      ...{ config, watched: watchFetch(), signal },
      createApi: ({ region }) =>
        createIntercomClient({
          token: 'test-token',
          region,
          apiUrl: simulator.url,
          apiVersion: '2.16',
          version: '0',
        }),
    })
    expect(find(checks, 'region')).toEqual({
      id: 'region',
      verdict: 'warn',
      finding: 'The workspace is in US, set is eu; Intercom passes the requests on',
      mend: 'Run: npx fast-intercom-mcp init --region us',
    })
  })

  it.each([
    [-300, "5 min behind Intercom's"],
    [7_200, "2 h ahead of Intercom's"],
  ])('tells that this clock is %s seconds off', async (seconds, finding) => {
    const simulator = await startTestSimulator({ size: 1, clock: 'frozen' })
    const nowMs = () => simulator.clock.nowMs() + seconds * 1_000 + 500
    expect(find(await askIntercom(simulator, { nowMs }), 'clock')).toMatchObject({ verdict: 'warn', finding })
  })

  it.each<[string, string, string, 'warn' | 'fail']>([
    ['conversations.search', 'permission_conversations', '"Read conversations"', 'fail'],
    ['contacts.search', 'permission_contacts', '"Read and list users and companies"', 'warn'],
    ['teams.list', 'permission_admins', '"Read admins"', 'warn'],
    ['tags.list', 'permission_tags', '"Read tags"', 'warn'],
    ['tickets.search', 'permission_tickets', 'Developer Hub', 'warn'],
  ])('without leave for %s: %s', async (endpoint, id, permission, verdict) => {
    const checks = await askSimulator([{ fault: 'missing_scope', endpoints: [endpoint] }])
    expect(find(checks, id)).toMatchObject({ verdict, mend: expect.stringContaining(permission) })
    expect(checks.filter((check) => check.verdict !== 'ok')).toHaveLength(1)
  })
})
