import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDemoConfig, prepareDemoWorld, readDemoOptions } from '../../src/cli/demo/demo-place'
import { acquireLock } from '../../src/storage/sqljs/lock'
import { temporaryFolder } from '../helpers/program'

const asked = { seed: 7, size: 300 }
const monday = 1_790_000_000
const hour = 3_600

describe('prepareDemoWorld', () => {
  it('makes a world that ends now, and finds it again', async () => {
    const folder = join(temporaryFolder(), 'demo', '7-300')
    const made = await prepareDemoWorld(folder, asked, { fresh: false, nowSeconds: monday })
    expect(made).toEqual({ seed: 7, size: 300, now: monday })
    expect(await prepareDemoWorld(folder, asked, { fresh: false, nowSeconds: monday + hour })).toEqual(made)
  })

  it('starts anew when asked to, when the world is old, and when its file is damaged', async () => {
    const folder = temporaryFolder()
    await prepareDemoWorld(folder, asked, { fresh: false, nowSeconds: monday })
    for (const [fresh, later] of [
      [true, hour],
      [false, 30 * hour],
    ] as const) {
      writeFileSync(join(folder, 'data.db'), 'old data')
      const { now } = await prepareDemoWorld(folder, asked, { fresh, nowSeconds: monday + later })
      expect(now).toBe(monday + later)
      expect(existsSync(join(folder, 'data.db'))).toBe(false)
    }
    writeFileSync(join(folder, 'demo.json'), '{"seed": ')
    const mended = await prepareDemoWorld(folder, asked, { fresh: false, nowSeconds: monday })
    expect(mended.now).toBe(monday)
    expect(JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'))).toEqual(mended)
  })

  it('leaves the data alone while somebody serves it', async () => {
    const folder = temporaryFolder()
    const dbPath = join(folder, 'data.db')
    const made = await prepareDemoWorld(folder, asked, { fresh: true, nowSeconds: monday })
    const claim = await acquireLock({ dbPath, socket: join(folder, 'none.sock'), key: 'ab'.repeat(32) })
    expect(await prepareDemoWorld(folder, asked, { fresh: true, nowSeconds: monday + 30 * hour })).toEqual(
      made,
    )
    if (claim.kind === 'held') claim.lock.release()
  })
})

describe('createDemoConfig', () => {
  it('reaches back to the beginning of the workspace and knows no other token', () => {
    const config = createDemoConfig('/demo', Math.floor(Date.now() / 1000) - 100 * 86_400)
    expect(config).toMatchObject({
      accessToken: 'sample-workspace',
      initialSyncDays: expect.any(Number),
      home: '/demo',
    })
  })
})

describe('readDemoOptions', () => {
  it('has defaults and refuses what is no number', () => {
    expect(readDemoOptions({})).toEqual({ seed: 1, size: 2500 })
    expect(() => readDemoOptions({ size: '10' })).toThrow('--size 10 cannot be used.')
  })
})
