import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFolder } from '../../../src/cli/doctor/folder-checks'
import { temporaryFolder } from '../../helpers/sqljs'
import { find, loadFrom, verdicts } from './checks'

const roomy = { platform: 'linux' as const, freeBytes: () => 10_000_000_000 }

describe.skipIf(process.platform === 'win32')('the data folder', () => {
  function aHome() {
    const home = temporaryFolder()
    chmodSync(home, 0o700)
    writeFileSync(join(home, 'config.json'), '{}', { mode: 0o600 })
    writeFileSync(join(home, 'data.db'), 'x'.repeat(1000), { mode: 0o600 })
    writeFileSync(join(home, 'data.db.journal.1'), '', { mode: 0o600 })
    mkdirSync(join(home, 'logs'), { mode: 0o700 })
    return { home, config: loadFrom({}, home).config }
  }

  it('is well when it is private and has room, and is left as it was', () => {
    const { home, config } = aHome()
    expect(verdicts(checkFolder(config, roomy))).toEqual(['data_folder ok', 'privacy ok', 'disk_space ok'])
    expect(readdirSync(home).toSorted()).toEqual(['config.json', 'data.db', 'data.db.journal.1', 'logs'])
  })

  it('need not exist yet', () => {
    const { config } = loadFrom({}, join(temporaryFolder(), 'new'))
    expect(checkFolder(config, roomy)).toMatchObject([{ id: 'data_folder', verdict: 'warn' }])
  })

  it('must be writable', () => {
    const { config } = aHome()
    // A file in the folder's place refuses writes for every user, the administrator too.
    const dbPath = join(config.home, 'data.db', 'data.db')
    expect(checkFolder({ ...config, dbPath }, roomy)[0]).toMatchObject({
      verdict: 'fail',
      finding: expect.stringContaining('(ENOTDIR)'),
    })
  })

  it('fails when others may read a file in it, and names the command', () => {
    const { home, config } = aHome()
    chmodSync(join(home, 'data.db.journal.1'), 0o640)
    expect(find(checkFolder(config, roomy), 'privacy')).toEqual({
      id: 'privacy',
      verdict: 'fail',
      finding: `Other users of this machine may read ${join(home, 'data.db.journal.1')}`,
      mend: `Run: chmod 600 "${join(home, 'data.db.journal.1')}"`,
    })
  })

  it('warns when others may look into it', () => {
    const { home, config } = aHome()
    chmodSync(home, 0o755)
    expect(find(checkFolder(config, roomy), 'privacy')).toMatchObject({
      verdict: 'warn',
      mend: `Run: chmod 700 "${home}"`,
    })
  })

  it('has no modes on Windows', () => {
    const { home, config } = aHome()
    chmodSync(join(home, 'data.db'), 0o666)
    const checks = checkFolder(config, { ...roomy, platform: 'win32' })
    expect(verdicts(checks)).toEqual(['data_folder ok', 'disk_space ok'])
  })

  it.each([
    [50_000_999, 'fail'],
    [50_001_000, 'warn'],
    [200_002_000, 'ok'],
  ])('with %s bytes free says %s', (free, verdict) => {
    const { config } = aHome()
    const checks = checkFolder(config, { ...roomy, freeBytes: () => free })
    expect(find(checks, 'disk_space')?.verdict).toBe(verdict)
  })
})
