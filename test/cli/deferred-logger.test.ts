import { describe, expect, it } from 'vitest'
import { createDeferredLogger } from '../../src/cli/deferred-logger'
import type { Logger } from '../../src/logger'

describe('createDeferredLogger', () => {
  it('keeps what it is told until the real logger is there, and passes on the rest', () => {
    const heard: string[] = []
    const hear = (level: string) => (message: string) => heard.push(`${level} ${message}`)
    const real = {
      debug: hear('debug'),
      info: hear('info'),
      warn: hear('warn'),
      error: hear('error'),
    } as Logger
    const deferred = createDeferredLogger()
    deferred.warn('early')
    deferred.info('also early')
    expect(heard).toEqual([])
    deferred.attach(real)
    deferred.error('late')
    expect(heard).toEqual(['warn early', 'info also early', 'error late'])
  })
})
