import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makePrivateFolder, readConfigFile, writeConfigFile } from '../../src/config/config-file'
import { loadConfig, loadConfigLeniently } from '../../src/config/load'
import { findPlace, type Machine } from '../../src/config/place'
import { ConfigurationError } from '../../src/domain/errors'
import { temporaryFolder } from '../helpers/program'

const onPosix = process.platform !== 'win32'

function machineAt(folder: string): Machine {
  return { userFolder: folder, workingFolder: folder, listFolder: () => [] }
}

function homeWith(content: string): string {
  const home = temporaryFolder()
  writeFileSync(join(home, 'config.json'), content)
  return home
}

describe('readConfigFile', () => {
  it('takes a missing file for an empty one', () => {
    expect(readConfigFile(temporaryFolder()).settings).toEqual({})
  })

  it('reads settings by their names and reports names it does not know', () => {
    const home = homeWith('\uFEFF{"region": "eu", "sync_days": 3, "api_url": null, "acess_token": "abc"}')
    const { settings, unknownKeys } = readConfigFile(home)
    expect(settings.region?.value).toBe('eu')
    expect(settings.syncDays?.value).toBe(3)
    expect(settings.apiUrl).toBeUndefined()
    expect(unknownKeys).toEqual(['acess_token'])
  })

  it.each([
    ['', 'it is empty'],
    ['{"access_token": "dG9rOnNlY3JldA==', 'it is not valid JSON'],
    ['{\n  "region": "eu",\n}', 'line 3, column 1'],
    ['[]', 'it must hold one JSON object'],
    ['"dG9rOnNlY3JldA=="', 'it must hold one JSON object'],
  ])('says where %j is damaged, shows none of it and changes nothing', (content, told) => {
    const home = homeWith(content)
    const attempt = () => readConfigFile(home)
    expect(attempt).toThrow(ConfigurationError)
    expect(attempt).toThrow(`${join(home, 'config.json')} is damaged`)
    expect(attempt).toThrow(told)
    expect(attempt).not.toThrow('dG9r')
    expect(() => writeConfigFile(home, { region: 'us' })).toThrow('is damaged')
    expect(readFileSync(join(home, 'config.json'), 'utf8')).toBe(content)
  })
})

describe('writeConfigFile', () => {
  it('keeps what it is not told to change, and leaves no temporary file', () => {
    const home = homeWith('{"region": "eu", "note": "mine", "sync_days": 3}')
    writeConfigFile(home, { access_token: 'abc=', sync_days: null })
    expect(JSON.parse(readFileSync(join(home, 'config.json'), 'utf8'))).toEqual({
      region: 'eu',
      note: 'mine',
      access_token: 'abc=',
    })
    expect(readdirSync(home)).toEqual(['config.json'])
  })

  it.runIf(onPosix)('makes folder and file the user’s alone', () => {
    const home = join(temporaryFolder(), 'new', 'home')
    const path = writeConfigFile(home, { access_token: 'abc' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(home).mode & 0o777).toBe(0o700)
  })

  it.runIf(onPosix)('does not touch the mode of a folder that is in use', () => {
    const used = temporaryFolder()
    mkdirSync(join(used, 'photos'), { mode: 0o755 })
    const before = statSync(used).mode
    makePrivateFolder(used)
    expect(statSync(used).mode).toBe(before)
  })
})

describe('loadConfig', () => {
  it('prefers flags to variables to config.json to defaults', () => {
    const home = homeWith('{"region": "eu", "sync_days": 3, "backfill_limit": 5}')
    const environment = { FASTINTERCOM_HOME: home, INTERCOM_REGION: 'au', FASTINTERCOM_SYNC_DAYS: '4' }
    const { config } = loadConfig({ region: 'us' }, environment)
    expect(config).toMatchObject({ home, region: 'us', syncDays: 4, backfillLimit: 5, initialSyncDays: 30 })
  })

  it('names the file in the error about a value in it', () => {
    const home = homeWith('{"region": "mars"}')
    expect(() => loadConfig({ home }, {})).toThrow(
      `of "region" in ${join(home, 'config.json')} cannot be used`,
    )
  })

  it('warns of names in config.json that mean nothing', () => {
    const home = homeWith('{"regoin": "eu"}')
    expect(loadConfig({ home }, {}).warnings[0]).toContain('"regoin" is not a setting of this version')
  })

  it('lets a server start beside a damaged file, without the token, because the region may be in there', () => {
    const home = homeWith('{"region": ')
    const { config, problems } = loadConfigLeniently({ home }, { INTERCOM_ACCESS_TOKEN: 'abc' })
    expect(config).toMatchObject({ home, accessToken: null, region: 'us' })
    expect(problems[0]?.message).toContain('is damaged')
    expect(problems[0]?.hint).toContain('Mend it by hand')
  })
})

describe('findPlace', () => {
  const folder = join(temporaryBase(), 'ada')

  it('is ~/.fast-intercom-mcp unless told otherwise', () => {
    expect(findPlace({}, undefined, machineAt(folder)).home).toBe(join(folder, '.fast-intercom-mcp'))
  })

  it('reads ~ itself, because clients hand it on unread', () => {
    const settings = { home: { value: '~/crm', source: 'FASTINTERCOM_HOME' } }
    expect(findPlace(settings, undefined, machineAt(folder)).home).toBe(join(folder, 'crm'))
  })

  it('puts a profile into its own folder, digits as they are', () => {
    expect(findPlace({}, '001', machineAt(folder))).toEqual({
      home: join(folder, '.fast-intercom-mcp', 'profiles', '001'),
      profile: '001',
    })
  })

  it.each(['', '../x', 'a b', 'a/b', 'é', 'x'.repeat(65), 'CON', 'lpt1'])(
    'refuses the profile %j',
    (name) => {
      expect(() => findPlace({}, name, machineAt(folder))).toThrow('cannot name a profile')
    },
  )

  it('refuses a second spelling of a profile that exists', () => {
    const machine = { ...machineAt(folder), listFolder: () => ['Acme'] }
    expect(() => findPlace({}, 'acme', machine)).toThrow('A profile named "Acme" exists')
    expect(findPlace({}, 'Acme', machine).profile).toBe('Acme')
  })
})

function temporaryBase(): string {
  return process.platform === 'win32' ? 'C:\\Users' : '/homes'
}
