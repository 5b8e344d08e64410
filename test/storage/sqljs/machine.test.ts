import { describe, expect, it } from 'vitest'
import { isSameBoot, readMachineIdentity, readProcessStart } from '../../../src/storage/sqljs/machine'

describe('the identity of the computer', () => {
  it('is the same at each look', () => {
    const [first, second] = [readMachineIdentity(), readMachineIdentity()]
    expect(second.machineId).toBe(first.machineId)
    expect(isSameBoot(first.bootId, second.bootId)).toBe(true)
  })

  it('is known by the start time alone on a system that says nothing', () => {
    const identity = readMachineIdentity('aix')
    expect(identity.machineId).toBe('')
    expect(identity.bootId).toMatch(/^started:\d+$/)
  })
})

describe('two boot ids', () => {
  it.each([
    ['4a1f', '4a1f', true],
    ['4a1f', '77c0', false],
    ['started:1785000000', 'started:1785000090', true],
    ['started:1785000000', 'started:1785003600', false],
    ['started:1785000000', '4a1f', false],
    ['', '', false],
  ])('%s and %s: same start %s', (one, other, expected) => {
    expect(isSameBoot(one, other)).toBe(expected)
  })
})

it.skipIf(process.platform !== 'linux')('the start of a process is a number of its own', () => {
  expect(readProcessStart(process.pid)).toMatch(/^\d+$/)
  expect(readProcessStart(2 ** 22 + 1)).toBe('')
})
