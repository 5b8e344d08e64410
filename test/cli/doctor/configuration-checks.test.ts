import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConfiguration } from '../../../src/cli/doctor/configuration-checks'
import { temporaryFolder } from '../../helpers/sqljs'
import { find, loadFrom, verdicts } from './checks'

describe('the configuration', () => {
  it('is well with a token for Intercom itself', () => {
    const loaded = loadFrom({ INTERCOM_ACCESS_TOKEN: 'dG9rZW4=', INTERCOM_REGION: 'eu' })
    const checks = checkConfiguration(loaded)
    expect(verdicts(checks)).toEqual(['configuration ok', 'token ok', 'api_address ok'])
    expect(find(checks, 'api_address')?.finding).toBe('https://api.eu.intercom.io, version 2.16')
    expect(JSON.stringify(checks)).not.toContain('dG9rZW4=')
  })

  it('fails without a token, and says how to get one in', () => {
    const checks = checkConfiguration(loadFrom({}))
    expect(find(checks, 'token')).toEqual({
      id: 'token',
      verdict: 'fail',
      finding: 'There is no access token',
      mend: 'Run: npx fast-intercom-mcp init (or set INTERCOM_ACCESS_TOKEN).',
    })
  })

  it('fails when config.json cannot be read, and does not blame the token', () => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'config.json'), '{"access_token": "dG9rZW4="')
    const checks = checkConfiguration(loadFrom({}, home))
    expect(verdicts(checks)).toEqual(['configuration fail', 'token fail', 'api_address ok'])
    expect(find(checks, 'configuration')?.finding).toContain('is damaged: it is not valid JSON')
    expect(find(checks, 'token')?.mend).toBe('Mend the configuration first.')
  })

  it('warns of a name in config.json that means nothing', () => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'config.json'), '{"acess_token": "x"}')
    expect(find(checkConfiguration(loadFrom({}, home)), 'configuration')).toMatchObject({
      verdict: 'warn',
      finding: expect.stringContaining('"acess_token" is not a setting of this version'),
    })
  })

  it.each([
    ['http://proxy.example.com', 'fail', 'the token would travel unencrypted'],
    ['https://proxy.example.com', 'warn', "not one of Intercom's own addresses"],
    ['http://127.0.0.1:4000', 'ok', 'on this machine'],
    ['https://api.au.intercom.io', 'ok', 'version 2.16'],
  ])('with the address %s is %s: %s', (apiUrl, verdict, words) => {
    const checks = checkConfiguration(loadFrom({ INTERCOM_ACCESS_TOKEN: 't', INTERCOM_API_URL: apiUrl }))
    expect(find(checks, 'api_address')).toMatchObject({ verdict, finding: expect.stringContaining(words) })
  })
})
