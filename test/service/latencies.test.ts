import { expect, test } from 'vitest'
import { createLatencies } from '../../src/service/latencies'

function createClock() {
  let nowMs = 0
  return {
    now: () => nowMs,
    take: (ms: number) => async () => {
      nowMs += ms
    },
  }
}

test('before any call there is nothing to tell', () => {
  expect(createLatencies().summary()).toEqual({ count: 0, latency_ms: null })
})

test('percentiles are the nearest rank, and failed calls count', async () => {
  const clock = createClock()
  const latencies = createLatencies(clock.now)
  for (let ms = 1; ms <= 20; ms += 1) await latencies.measure(clock.take(ms))
  const failing = latencies.measure(async () => {
    await clock.take(100)()
    throw new Error('failed')
  })
  await expect(failing).rejects.toThrow('failed')
  expect(latencies.summary()).toEqual({ count: 21, latency_ms: { p50: 11, p95: 20 } })
})

test('only the latest thousand calls make the percentiles', async () => {
  const clock = createClock()
  const latencies = createLatencies(clock.now)
  await latencies.measure(clock.take(5_000))
  for (let call = 0; call < 1_000; call += 1) await latencies.measure(clock.take(2))
  expect(latencies.summary()).toEqual({ count: 1_001, latency_ms: { p50: 2, p95: 2 } })
})
