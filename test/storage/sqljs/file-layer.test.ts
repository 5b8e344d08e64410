import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { temporaryFolder } from '../../helpers/sqljs'
import { systemError } from './volatile-files'

const rename = vi.hoisted(() => ({ refusals: 0, attempts: 0 }))

// A scanner that holds a file exists on Windows only; what it does to a rename can be had anywhere.
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>()
  const renameSync: typeof real.renameSync = (from, to) => {
    rename.attempts += 1
    if (rename.attempts <= rename.refusals) throw systemError('EPERM')
    real.renameSync(from, to)
  }
  return { ...real, renameSync }
})

beforeEach(() => {
  Object.assign(rename, { refusals: 0, attempts: 0 })
})

function twoFiles() {
  const folder = temporaryFolder()
  const [from, to] = [join(folder, 'new'), join(folder, 'data.db')]
  writeFileSync(from, 'new')
  writeFileSync(to, 'old')
  return { from, to }
}

describe('the file layer on Windows', () => {
  it('tries a rename again while another program holds the file', () => {
    const { from, to } = twoFiles()
    rename.refusals = 3
    createFileLayer('win32').rename(from, to)
    expect(rename.attempts).toBe(4)
    expect(readFileSync(to, 'utf8')).toBe('new')
  })

  it('gives up after 15 attempts and leaves both files as they were', () => {
    const { from, to } = twoFiles()
    rename.refusals = 100
    expect(() => createFileLayer('win32').rename(from, to)).toThrow('EPERM')
    expect(rename.attempts).toBe(15)
    expect(readFileSync(to, 'utf8')).toBe('old')
    expect(existsSync(from)).toBe(true)
  })

  it('syncs no folder, which Windows cannot', () => {
    const absent = join(temporaryFolder(), 'absent')
    expect(() => createFileLayer('win32').syncFolder(absent)).not.toThrow()
    expect(() => createFileLayer('linux').syncFolder(absent)).toThrow('ENOENT')
  })

  it('elsewhere a rename that is refused is refused at once', () => {
    const { from, to } = twoFiles()
    rename.refusals = 1
    expect(() => createFileLayer('linux').rename(from, to)).toThrow('EPERM')
    expect(rename.attempts).toBe(1)
  })
})
