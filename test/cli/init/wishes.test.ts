import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listChanges, placeOptions, type Wishes } from '../../../src/cli/init/wishes'
import { loadConfig } from '../../../src/config/load'

const machine = { userFolder: resolve('/home/ada'), workingFolder: resolve('/work'), listFolder: () => [] }

function place(flags: Wishes['flags'], environment: Wishes['environment']): string[] {
  const { config } = loadConfig(flags, environment, machine)
  return placeOptions(config, { flags, environment, clients: null, mayAsk: false, maySync: false })
}

describe('the options by which a client finds the data', () => {
  it('are none for the usual folder', () => {
    expect(place({}, {})).toEqual([])
  })

  it('name a folder of one’s own absolutely, from the option and from the environment', () => {
    expect(place({ home: 'data' }, {})).toEqual(['--home', resolve('/work/data')])
    expect(place({}, { FASTINTERCOM_HOME: '~/data' })).toEqual(['--home', resolve('/home/ada/data')])
  })

  it('name a profile beside the folder around it', () => {
    expect(place({ profile: '001' }, {})).toEqual(['--profile', '001'])
    const folder = resolve('/data')
    expect(place({ home: folder, profile: 'eu' }, {})).toEqual(['--home', folder, '--profile', 'eu'])
  })
})

describe('what changes in config.json', () => {
  const { config } = loadConfig({ token: 'new', days: '90' }, {}, machine)

  it('is everything where nothing is', () => {
    expect(listChanges(config, { isSetUp: false, content: {} })).toEqual({
      access_token: 'new',
      region: 'us',
      initial_sync_days: 90,
    })
  })

  it('is only what differs', () => {
    const content = { access_token: 'old', region: 'us', initial_sync_days: 90 }
    expect(listChanges(config, { isSetUp: true, content })).toEqual({ access_token: 'new' })
  })
})
