import { describe, expect, it } from 'vitest'
import type { FaultName } from '../../src/simulator/faults'
import { ask, startTestSimulator } from '../helpers/simulator'

const codeOf = (json: unknown) => (json as { errors?: { code: string }[] } | null)?.errors?.[0]?.code

describe('every fault', () => {
  it.each([
    ['token_revoked', 401, 'token_revoked'],
    ['missing_scope', 401, 'token_unauthorized'],
    ['plan_restricted', 403, 'api_plan_restricted'],
    ['not_found', 404, 'not_found'],
    ['rate_limited', 429, 'rate_limit_exceeded'],
    ['server_error', 500, 'server_error'],
    ['service_unavailable', 503, 'service_unavailable'],
    ['bad_gateway_json', 502, 'server_error'],
    ['gateway_timeout_json', 504, 'server_error'],
  ] as [FaultName, number, string][])('%s answers %i', async (fault, status, code) => {
    const simulator = await startTestSimulator()
    simulator.setFaults({ fault })
    const answer = await ask(simulator, '/me')
    expect([answer.status, codeOf(answer.json)]).toEqual([status, code])
    simulator.setFaults()
    expect((await ask(simulator, '/me')).status).toBe(200)
  })

  it.each([
    ['server_error_html', 500, '<html>'],
    ['bad_gateway', 502, '<html>'],
    ['gateway_timeout', 504, '<html>'],
    ['not_json', 200, '<html>'],
    ['empty_body', 200, ''],
  ] as [FaultName, number, string][])('%s answers %i without JSON', async (fault, status, start) => {
    const simulator = await startTestSimulator()
    simulator.setFaults({ fault })
    const answer = await ask(simulator, '/me')
    expect([answer.status, answer.json, answer.text.slice(0, 6)]).toEqual([status, null, start])
  })

  it('connection_dropped cuts the connection', async () => {
    const simulator = await startTestSimulator()
    simulator.setFaults({ fault: 'connection_dropped', times: 1 })
    await expect(ask(simulator, '/me')).rejects.toThrow('fetch failed')
    expect((await ask(simulator, '/me')).status).toBe(200)
    expect(simulator.requests.byStatus).toEqual({ 0: 1, 200: 1 })
  })
})

describe('a fault strikes', () => {
  it('the next so many requests, after so many were let through', async () => {
    const simulator = await startTestSimulator()
    simulator.setFaults({ fault: 'server_error', after: 1, times: 2 })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await ask(simulator, '/me')).status)
    expect(statuses).toEqual([200, 500, 500, 200, 200])
  })

  it('and says which have', async () => {
    const simulator = await startTestSimulator()
    simulator.setFaults({ fault: 'server_error', after: 1 }, { fault: 'unsorted' })
    await ask(simulator, '/me')
    expect(simulator.struckFaults()).toEqual([])
    await ask(simulator, '/me')
    expect(simulator.struckFaults()).toEqual(['server_error'])
  })

  it('only the endpoints and ids it names', async () => {
    const simulator = await startTestSimulator()
    const [first = '', second = ''] = simulator.world.ids()
    simulator.setFaults(
      { fault: 'not_found', ids: [first] },
      { fault: 'bad_gateway', endpoints: ['conversations.list'] },
    )
    expect((await ask(simulator, `/conversations/${first}`)).status).toBe(404)
    expect((await ask(simulator, `/conversations/${second}`)).status).toBe(200)
    expect((await ask(simulator, '/conversations')).status).toBe(502)
  })

  it('with a probability drawn from its seed', async () => {
    const run = async (seed: number) => {
      const simulator = await startTestSimulator()
      simulator.setFaults({ fault: 'server_error', probability: 0.5, seed })
      const statuses: number[] = []
      for (let i = 0; i < 12; i++) statuses.push((await ask(simulator, '/me')).status)
      return statuses
    }
    const first = await run(7)
    expect(await run(7)).toEqual(first)
    expect(new Set(first)).toEqual(new Set([200, 500]))
  })
})

describe('a host that is down', () => {
  it('refuses connections and comes back on the same port', async () => {
    const simulator = await startTestSimulator()
    const { url } = simulator
    await simulator.goDown()
    await expect(ask(simulator, '/me')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await simulator.comeBack()
    expect(simulator.url).toBe(url)
    expect((await ask(simulator, '/me')).status).toBe(200)
  })
})
