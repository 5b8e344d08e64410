import { describe, expect, it } from 'vitest'
import { describeEstimate, estimateFetch, estimateRest } from '../../src/domain/sync-estimate'
import { aProgress } from '../mcp/sample-service'

describe('what fetching conversations takes', () => {
  it('is a page for 150 of them and a request for each thread, at the pace of the limit', () => {
    expect(estimateFetch(12_000, 1_666)).toEqual({ conversations: 12_000, requests: 12_080, seconds: 73 })
    expect(estimateFetch(12_000, 83)).toEqual({ conversations: 12_000, requests: 12_080, seconds: 1_456 })
    expect(estimateFetch(1, 166)).toEqual({ conversations: 1, requests: 2, seconds: 1 })
  })

  it('takes a time that is not known before Intercom has named its limit', () => {
    expect(estimateFetch(300, null)).toEqual({ conversations: 300, requests: 302, seconds: null })
  })
})

describe('what is left of a run', () => {
  it('is not known before it has been counted', () => {
    expect(estimateRest(aProgress({ phase: 'starting', done: 0, total: null }), 166)).toBeNull()
    expect(estimateRest(aProgress({ phase: 'conversations', done: 0, total: null }), 166)).toBeNull()
  })

  it('is the pages that are left and all threads while conversations are read', () => {
    const progress = aProgress({ phase: 'conversations', done: 300, total: 1_000 })
    expect(estimateRest(progress, 100)).toEqual({ conversations: 1_000, requests: 1_005, seconds: 101 })
  })

  it('is the threads that are left after that', () => {
    const progress = aProgress({ phase: 'threads', done: 300, total: 1_000 })
    expect(estimateRest(progress, 100)).toEqual({ conversations: 700, requests: 700, seconds: 70 })
  })
})

it('is told in words', () => {
  const tell = (conversations: number, requests: number, seconds: number | null) =>
    describeEstimate({ conversations, requests, seconds })
  expect(tell(12_000, 12_080, 73)).toBe('12,000 conversations, about 12,080 requests, 73 seconds')
  expect(tell(12_000, 12_080, 1_456)).toBe('12,000 conversations, about 12,080 requests, 24 minutes')
  expect(tell(1, 1, 1)).toBe('1 conversation, about 1 request, 1 second')
  expect(tell(900_000, 906_000, 54_578)).toBe('900,000 conversations, about 906,000 requests, 15 hours')
  expect(tell(5, 6, null)).toBe('5 conversations, about 6 requests')
})
