import { describe, expect, it } from 'vitest'
import {
  isSameBoot,
  isSameStart,
  readMachineIdentity,
  readOwnStart,
  readProcessStart,
} from '../../../src/storage/sqljs/machine'

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
    expect(identity.pidSpace).toBe('')
  })

  it.skipIf(process.platform !== 'linux')('names the space of its process numbers', () => {
    expect(readMachineIdentity().pidSpace).toMatch(/^pid:\[\d+\]$/)
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

describe('the start of a process on other systems', () => {
  it('is what ps says on macOS, in one language and timezone', () => {
    const asked: string[] = []
    const run = (command: string, args: string[]) => {
      asked.push([command, ...args].join(' '))
      return 'Mon Mar  2 12:00:00 2026'
    }
    expect(readProcessStart(4711, 'darwin', run)).toBe('Mon Mar  2 12:00:00 2026')
    expect(asked).toEqual(['/usr/bin/env LC_ALL=C TZ=UTC /bin/ps -o lstart= -p 4711'])
    expect(readOwnStart('darwin', run)).toBe('Mon Mar  2 12:00:00 2026')
  })

  it('is asked of PowerShell on Windows, and known of oneself without asking', () => {
    const asked: string[] = []
    const run = (command: string, args: string[]) => {
      asked.push([command, ...args].join(' '))
      return '1785000000'
    }
    expect(readProcessStart(4711, 'win32', run)).toBe('started:1785000000')
    expect(asked).toHaveLength(1)
    expect(asked[0]).toContain('Get-Process -Id 4711')
    expect(readOwnStart('win32', run)).toMatch(/^started:\d{10}$/)
    expect(asked).toHaveLength(1)
    expect(readProcessStart(4711, 'win32', () => '')).toBe('')
  })
})

describe('two starts of a process', () => {
  it.each([
    ['123456', '123456', true],
    ['123456', '123457', false],
    ['started:1785000000', 'started:1785000002', true],
    ['started:1785000000', 'started:1785003600', false],
    ['', '123456', true],
    ['Mon Mar  2 12:00:00 2026', 'Mon Mar  2 12:00:01 2026', false],
  ])('%s and %s: may be the same %s', (one, other, expected) => {
    expect(isSameStart(one, other)).toBe(expected)
  })
})
