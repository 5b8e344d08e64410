import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseEnvironment } from '../../src/config/environment'
import { finalizeConfig, finalizeLeniently } from '../../src/config/finalize'
import { parseFlags } from '../../src/config/flags'
import { mergeSettings } from '../../src/config/settings'
import { settingDefinitions } from '../../src/config/variables'
import { ConfigurationError } from '../../src/domain/errors'

const home = resolve('/homes/ada/.fast-intercom-mcp')
const place = { home, profile: null }

function configure(environment: Record<string, string>) {
  return finalizeConfig(parseEnvironment(environment), place)
}

describe('parseFlags', () => {
  it('leaves absent flags absent', () => {
    expect(parseFlags({})).toEqual({})
    expect(parseFlags({ verbose: false })).toEqual({})
  })

  it('names the flag each value came from', () => {
    expect(parseFlags({ home: '/x', token: '123', region: 'eu', days: '7', verbose: true })).toEqual({
      home: { value: '/x', source: '--home' },
      accessToken: { value: '123', source: '--token' },
      region: { value: 'eu', source: '--region' },
      initialSyncDays: { value: '7', source: '--days' },
      logLevel: { value: 'DEBUG', source: '--verbose' },
    })
  })
})

describe('parseEnvironment', () => {
  it('takes the first named of several synonyms', () => {
    const settings = parseEnvironment({
      SYNC_INTERVAL: '60',
      FASTINTERCOM_SYNC_INTERVAL_MINUTES: '20',
      FASTINTERCOM_BACKGROUND_SYNC_INTERVAL: '30',
      LOG_LEVEL: 'debug',
    })
    expect(settings.backgroundSyncIntervalMinutes).toEqual({
      value: '30',
      source: 'FASTINTERCOM_BACKGROUND_SYNC_INTERVAL',
    })
    expect(settings.logLevel).toEqual({ value: 'debug', source: 'LOG_LEVEL' })
  })

  it('counts SYNC_INTERVAL in seconds', () => {
    expect(parseEnvironment({ SYNC_INTERVAL: '90' }).backgroundSyncIntervalMinutes?.value).toBe('1.5')
    expect(parseEnvironment({ SYNC_INTERVAL: '0' }).backgroundSyncIntervalMinutes?.value).toBe('0')
  })

  it('takes an empty variable for an absent one', () => {
    expect(parseEnvironment({ INTERCOM_ACCESS_TOKEN: '', INTERCOM_REGION: '  ' })).toEqual({})
  })
})

describe('mergeSettings', () => {
  it('lets the first source win and keeps what only a later one says', () => {
    const merged = mergeSettings(
      { region: { value: 'eu', source: '--region' } },
      {
        region: { value: 'au', source: 'INTERCOM_REGION' },
        syncDays: { value: '3', source: 'FASTINTERCOM_SYNC_DAYS' },
      },
    )
    expect(merged.region?.value).toBe('eu')
    expect(merged.syncDays?.value).toBe('3')
  })
})

describe('finalizeConfig', () => {
  it('fills in every default', () => {
    expect(finalizeConfig({}, place)).toEqual({
      home,
      profile: null,
      dbPath: join(home, 'data.db'),
      accessToken: null,
      region: 'us',
      apiUrl: null,
      apiVersion: '2.16',
      logLevel: 'info',
      maxSyncAgeMinutes: 5,
      backgroundSyncIntervalMinutes: 10,
      initialSyncDays: 30,
      syncDays: 7,
      backfillLimit: 10_000,
      cacheTtlSeconds: 300,
    })
  })

  it.each([
    [{ INTERCOM_ACCESS_TOKEN: 'dG9rOmFiYw==' }, { accessToken: 'dG9rOmFiYw==' }],
    [{ INTERCOM_ACCESS_TOKEN: ' 0012345 ' }, { accessToken: '0012345' }],
    [{ INTERCOM_ACCESS_TOKEN: 'Bearer dG9r=' }, { accessToken: 'dG9r=' }],
    [{ INTERCOM_REGION: 'EU' }, { region: 'eu', apiUrl: null }],
    [{ INTERCOM_REGION: 'au' }, { region: 'au', apiUrl: null }],
    [{ INTERCOM_API_URL: 'http://127.0.0.1:4010/' }, { apiUrl: 'http://127.0.0.1:4010' }],
    [{ INTERCOM_API_VERSION: '2.11' }, { apiVersion: '2.11' }],
    [{ FASTINTERCOM_DB_PATH: 'other/data.db' }, { dbPath: join(home, 'other', 'data.db') }],
    [{ FASTINTERCOM_DB_PATH: resolve('/data/x.db') }, { dbPath: resolve('/data/x.db') }],
    [{ LOG_LEVEL: 'WARNING' }, { logLevel: 'warn' }],
    [{ FASTINTERCOM_MAX_SYNC_AGE_MINUTES: '0.5' }, { maxSyncAgeMinutes: 0.5 }],
    [{ SYNC_INTERVAL: '30' }, { backgroundSyncIntervalMinutes: 0.5 }],
    [{ FASTINTERCOM_BACKGROUND_SYNC_INTERVAL: '0' }, { backgroundSyncIntervalMinutes: 0 }],
    [{ FASTINTERCOM_INITIAL_SYNC_DAYS: '365' }, { initialSyncDays: 365 }],
    [{ FASTINTERCOM_SYNC_DAYS: '14' }, { syncDays: 14 }],
    [{ FASTINTERCOM_BACKFILL_LIMIT: '500' }, { backfillLimit: 500 }],
    [{ CACHE_TTL: '0' }, { cacheTtlSeconds: 0 }],
    [{ CACHE_TTL: '2.5' }, { cacheTtlSeconds: 2.5 }],
  ])('reads %o', (environment, expected) => {
    expect(configure(environment as Record<string, string>)).toMatchObject(expected)
  })

  it.each([
    ['INTERCOM_REGION', 'mars', 'us, eu or au'],
    ['INTERCOM_API_URL', 'api.intercom.io', 'a base URL such as https://api.intercom.io'],
    ['INTERCOM_API_URL', 'file:///etc/passwd', 'a base URL such as https://api.intercom.io'],
    ['INTERCOM_API_VERSION', 'latest', '2.16'],
    ['FASTINTERCOM_LOG_LEVEL', 'LOUD', 'ERROR, WARN, INFO or DEBUG'],
    ['FASTINTERCOM_MAX_SYNC_AGE_MINUTES', '-1', 'minutes from 0 to 525600'],
    ['FASTINTERCOM_MAX_SYNC_AGE_MINUTES', '5m', 'minutes from 0 to 525600'],
    ['SYNC_INTERVAL', 'soon', 'minutes from 0 (off) to 10080'],
    ['FASTINTERCOM_INITIAL_SYNC_DAYS', '0', 'a whole number of days from 1 to 36500'],
    ['FASTINTERCOM_INITIAL_SYNC_DAYS', '1.5', 'a whole number of days from 1 to 36500'],
    ['FASTINTERCOM_SYNC_DAYS', '0x10', 'a whole number of days from 0 to 36500'],
    ['FASTINTERCOM_BACKFILL_LIMIT', '1e9', 'a whole number of conversations'],
    ['CACHE_TTL', '5m', 'seconds from 0 (off)'],
    ['CACHE_TTL', '-1', 'seconds from 0 (off)'],
  ])('refuses %s=%s and says what is allowed', (name, value, allowed) => {
    const attempt = () => configure({ [name]: value })
    expect(attempt).toThrow(ConfigurationError)
    expect(attempt).toThrow(`The value "${value}" of ${name} cannot be used.`)
    expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringContaining(allowed) }))
  })

  it.each([
    ['an address with a password', { INTERCOM_API_URL: 'https://ada:secret@api.intercom.io' }],
    ['an address with a query', { INTERCOM_API_URL: 'https://api.intercom.io?key=secret' }],
    ['the token in the wrong line', { INTERCOM_REGION: 'secret', INTERCOM_ACCESS_TOKEN: 'secret' }],
  ])('refuses %s without showing it', (_, environment) => {
    const attempt = () => configure(environment as Record<string, string>)
    expect(attempt).toThrow(/^The value of INTERCOM_(API_URL|REGION) cannot be used\.$/)
  })

  it('refuses a token with a space in it without showing it', () => {
    const attempt = () => configure({ INTERCOM_ACCESS_TOKEN: 'secret half' })
    expect(attempt).toThrow('The token of INTERCOM_ACCESS_TOKEN cannot be used.')
    expect(attempt).not.toThrow('secret')
  })

  it('does not mind a bad value that a better source hides', () => {
    const settings = mergeSettings(
      parseFlags({ region: 'au' }),
      parseEnvironment({ INTERCOM_REGION: 'mars' }),
    )
    expect(finalizeConfig(settings, place).region).toBe('au')
  })

  it('takes numbers of config.json as numbers', () => {
    const settings = { syncDays: { value: 3, source: '"sync_days" in config.json' } }
    expect(finalizeConfig(settings, place).syncDays).toBe(3)
    const wrong = { syncDays: { value: [3], source: '"sync_days" in config.json' } }
    expect(() => finalizeConfig(wrong, place)).toThrow('The value [3] of "sync_days" in config.json')
  })
})

describe('finalizeLeniently', () => {
  it('puts the default in place of a bad value and reports it', () => {
    const { config, problems } = finalizeLeniently(
      parseEnvironment({ FASTINTERCOM_SYNC_DAYS: 'many', INTERCOM_ACCESS_TOKEN: 'abc' }),
      place,
    )
    expect(config).toMatchObject({ syncDays: 7, accessToken: 'abc' })
    expect(problems.map((problem) => problem.message)).toEqual([
      'The value "many" of FASTINTERCOM_SYNC_DAYS cannot be used.',
    ])
  })

  it('withholds the token when the address it would go to cannot be read', () => {
    const { config, problems } = finalizeLeniently(
      parseEnvironment({ INTERCOM_REGION: 'mars', INTERCOM_ACCESS_TOKEN: 'abc' }),
      place,
    )
    expect(config.accessToken).toBeNull()
    expect(problems).toHaveLength(1)
  })
})

describe('the table of settings', () => {
  it('has every variable and every name of config.json once', () => {
    const variables = settingDefinitions.flatMap((setting) => setting.variables.map(({ name }) => name))
    expect(new Set(variables).size).toBe(variables.length)
    const fileKeys = settingDefinitions.flatMap(({ fileKey }) => (fileKey === null ? [] : [fileKey]))
    expect(new Set(fileKeys).size).toBe(fileKeys.length)
  })
})
