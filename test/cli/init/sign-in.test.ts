import { describe, expect, it } from 'vitest'
import { describeWorkspace, signIn } from '../../../src/cli/init/sign-in'
import type { Config } from '../../../src/config/finalize'
import { loadConfig } from '../../../src/config/load'
import { IntercomApiError } from '../../../src/domain/errors'
import type { IntercomApi } from '../../../src/intercom/api'
import { temporaryFolder } from '../../helpers/program'

const refusal = new IntercomApiError('unauthorised', 'Intercom refused the access token.', {})

function settings(changes: Partial<Config> = {}): Config {
  const { config } = loadConfig({ home: temporaryFolder(), token: 'token' }, {})
  return { ...config, ...changes }
}

/** Intercom in three regions: the token is known in one, which names itself as `named`. */
function createWorld({ home, named, failing }: { home: string; named: string | null; failing?: Error }) {
  const asked: string[] = []
  const createApi = ({ region }: Config) =>
    ({
      async fetchMe() {
        asked.push(region)
        if (region !== home) throw failing ?? refusal
        const workspace = { id: 'w1', name: 'Acme', timezone: null, region: named, createdAt: null }
        return { adminName: 'Ada', workspace }
      },
      listAdmins: async () => [{ id: '1' }, { id: '2' }],
    }) as unknown as IntercomApi
  return { asked, createApi }
}

const signal = new AbortController().signal

describe('signing in', () => {
  it('finds the region that the token is known in', async () => {
    const { asked, createApi } = createWorld({ home: 'au', named: 'AU' })
    const { config, workspace, teammates } = await signIn(settings(), {
      ...{ createApi, signal, isRegionChosen: false },
    })
    expect(asked).toEqual(['us', 'eu', 'au'])
    expect(config.region).toBe('au')
    expect(describeWorkspace({ workspace, teammates })).toBe('Acme, AU, 2 teammates')
  })

  it('tries no other region when the person named one', async () => {
    const { asked, createApi } = createWorld({ home: 'au', named: 'AU' })
    await expect(signIn(settings(), { createApi, signal, isRegionChosen: true })).rejects.toBe(refusal)
    expect(asked).toEqual(['us'])
  })

  it('tries no other host when the address was set by hand', async () => {
    const { asked, createApi } = createWorld({ home: 'au', named: 'AU' })
    const config = settings({ apiUrl: 'http://127.0.0.1:1' })
    await expect(signIn(config, { createApi, signal, isRegionChosen: false })).rejects.toBe(refusal)
    expect(asked).toEqual(['us'])
  })

  it('says what the first region said when none knows the token', async () => {
    const { asked, createApi } = createWorld({ home: 'nowhere', named: null })
    await expect(signIn(settings(), { createApi, signal, isRegionChosen: false })).rejects.toBe(refusal)
    expect(asked).toEqual(['us', 'eu', 'au'])
  })

  it('does not look further when Intercom cannot be reached', async () => {
    const failing = new IntercomApiError('network', 'api.intercom.io could not be reached.', {})
    const { asked, createApi } = createWorld({ home: 'au', named: 'AU', failing })
    await expect(signIn(settings(), { createApi, signal, isRegionChosen: false })).rejects.toBe(failing)
    expect(asked).toEqual(['us'])
  })

  it.each([
    ['the workspace’s own where Intercom passes requests on', 'EU', false, 'eu'],
    ['the chosen one', 'EU', true, 'us'],
    ['the asked one when Intercom names none', null, false, 'us'],
    ['the asked one when Intercom names one that is not known', 'XX', false, 'us'],
  ])('keeps %s', async (_, named, isRegionChosen, kept) => {
    const { createApi } = createWorld({ home: 'us', named })
    const { config } = await signIn(settings(), { createApi, signal, isRegionChosen })
    expect(config.region).toBe(kept)
  })
})

describe('a workspace', () => {
  it('is named without what is not known, and on one line', () => {
    const workspace = { id: 'w1', name: 'Ac\u001B[31mme\n', timezone: null, region: null, createdAt: null }
    expect(describeWorkspace({ workspace, teammates: null })).toBe('Acme')
    expect(describeWorkspace({ workspace, teammates: 1 })).toBe('Acme, 1 teammate')
  })
})
