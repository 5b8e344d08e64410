import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load'
import { findUnknownProfile, listProfiles, requireProfile } from '../../src/config/profiles'
import { temporaryFolder } from '../helpers/program'

/** A home folder with these profiles, each with its config.json. */
function homeWith(profiles: Record<string, object>): string {
  const home = temporaryFolder()
  for (const [name, content] of Object.entries(profiles)) {
    mkdirSync(join(home, 'profiles', name), { recursive: true })
    writeFileSync(join(home, 'profiles', name, 'config.json'), JSON.stringify(content))
  }
  return home
}

const environment = {
  INTERCOM_ACCESS_TOKEN: 'of-the-environment',
  INTERCOM_REGION: 'eu',
  INTERCOM_API_URL: 'https://proxy.example',
  FASTINTERCOM_DB_PATH: '/data/shared.db',
  LOG_LEVEL: 'warn',
}

describe('a profile and the environment', () => {
  it('goes by its own workspace where it names one, and by the environment in all else', () => {
    const home = homeWith({ acme: { access_token: 'of-acme', region: 'au' } })
    const { config, ignoredVariables } = loadConfig({ home, profile: 'acme' }, environment)
    expect(config).toMatchObject({
      ...{ accessToken: 'of-acme', region: 'au', apiUrl: null, logLevel: 'warn' },
      dbPath: join(home, 'profiles', 'acme', 'data.db'),
    })
    expect(ignoredVariables).toEqual([
      ...['FASTINTERCOM_DB_PATH', 'INTERCOM_ACCESS_TOKEN', 'INTERCOM_REGION', 'INTERCOM_API_URL'],
    ])
  })

  it('does not mix its token with the region of the environment', () => {
    const home = homeWith({ acme: { access_token: 'of-acme' } })
    expect(loadConfig({ home, profile: 'acme' }, environment).config.region).toBe('us')
  })

  it('takes the token of the environment where it has none, with its address, but data of its own', () => {
    const home = homeWith({ acme: { initial_sync_days: 5 } })
    const { config, ignoredVariables } = loadConfig({ home, profile: 'acme' }, environment)
    expect(config).toMatchObject({
      ...{ accessToken: 'of-the-environment', region: 'eu', apiUrl: 'https://proxy.example' },
      ...{ initialSyncDays: 5, dbPath: join(home, 'profiles', 'acme', 'data.db') },
    })
    expect(ignoredVariables).toEqual(['FASTINTERCOM_DB_PATH'])
  })

  it('goes by what was typed before all', () => {
    const home = homeWith({ acme: { access_token: 'of-acme', region: 'au' } })
    const { config } = loadConfig({ home, profile: 'acme', token: 'typed', region: 'us' }, environment)
    expect(config).toMatchObject({ accessToken: 'typed', region: 'us' })
  })

  it('may lie where its config.json says', () => {
    const home = homeWith({ acme: { db_path: 'big.db' } })
    const { config } = loadConfig({ home, profile: 'acme' }, environment)
    expect(config.dbPath).toBe(join(home, 'profiles', 'acme', 'big.db'))
  })

  it('has no part in what is done without one', () => {
    const { config, ignoredVariables } = loadConfig({ home: homeWith({}) }, environment)
    expect(config).toMatchObject({ accessToken: 'of-the-environment', region: 'eu' })
    expect(ignoredVariables).toEqual([])
  })
})

describe('the profiles of a home folder', () => {
  it('are its folders with a name that can be one, in order', () => {
    const home = homeWith({ beta: {}, Acme: {}, '001': {} })
    mkdirSync(join(home, 'profiles', '.hidden'))
    writeFileSync(join(home, 'profiles', 'file'), '')
    expect(listProfiles(home)).toEqual(['001', 'Acme', 'beta'])
    expect(listProfiles(join(home, 'nowhere'))).toEqual([])
  })

  it('are named to who asks for another', () => {
    const home = homeWith({ beta: {}, acme: {} })
    const place = (profile: string) => ({ home: join(home, 'profiles', profile), profile })
    expect(findUnknownProfile(place('acne'))).toMatchObject({
      message: 'There is no profile "acne".',
      hint: 'There are: acme, beta. A new one is set up by: npx fast-intercom-mcp init --profile acne',
    })
    expect(findUnknownProfile(place('acme'))).toBeNull()
    expect(() => requireProfile({ home, profile: null })).not.toThrow()
  })
})
