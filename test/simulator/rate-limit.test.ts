import { describe, expect, it } from 'vitest'
import { ask, startTestSimulator, testNow } from '../helpers/simulator'

describe('the rate limit', () => {
  it('counts calls in windows of ten seconds and tells so in three headers', async () => {
    const simulator = await startTestSimulator({ clock: 'frozen', rateLimit: 2 })
    simulator.clock.advance(3)
    const first = await ask(simulator, '/me')
    const names = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
    expect(names.map((name) => first.headers.get(name))).toEqual(['2', '1', String(testNow + 10)])
    await ask(simulator, '/me')
    const third = await ask(simulator, '/me')
    expect(third.status).toBe(429)
    expect(third.json).toMatchObject({ type: 'error.list', errors: [{ code: 'rate_limit_exceeded' }] })
    expect(names.map((name) => third.headers.get(name))).toEqual(['2', '0', String(testNow + 10)])
    expect(third.headers.get('retry-after')).toBeNull()
    simulator.clock.advance(7)
    expect((await ask(simulator, '/me')).status).toBe(200)
  })

  it('counts refused calls too, and sends Retry-After when switched on', async () => {
    const simulator = await startTestSimulator({ clock: 'frozen' })
    simulator.setRateLimit(1, { sendRetryAfter: true })
    await ask(simulator, '/me', undefined, { authorization: 'Bearer wrong' })
    const second = await ask(simulator, '/me')
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '10'])
  })

  it('keeps a record of each window in which something was asked', async () => {
    const simulator = await startTestSimulator({ clock: 'frozen', rateLimit: 2 })
    for (let call = 0; call < 3; call += 1) await ask(simulator, '/me')
    simulator.clock.advance(25)
    await ask(simulator, '/me')
    expect(simulator.rateUse).toEqual([
      { start: testNow, limit: 2, used: 2, refused: 1 },
      { start: testNow + 20, limit: 2, used: 1, refused: 0 },
    ])
  })

  it('grants 1666 calls by default', async () => {
    const { headers } = await ask(await startTestSimulator(), '/me')
    expect(headers.get('x-ratelimit-limit')).toBe('1666')
  })
})

describe('the clock', () => {
  it('sets the Date header, and moves when it is told to', async () => {
    const simulator = await startTestSimulator({ clock: 'frozen' })
    expect((await ask(simulator, '/me')).headers.get('date')).toBe('Thu, 06 Mar 2025 12:00:00 GMT')
    simulator.clock.advance(3600)
    expect((await ask(simulator, '/me')).headers.get('date')).toBe('Thu, 06 Mar 2025 13:00:00 GMT')
  })
})
