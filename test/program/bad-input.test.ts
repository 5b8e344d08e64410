import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ConversationAnswer, DataInfoAnswer, SearchAnswer } from '../../src/domain/answers'
import type { Simulator, SimulatorOptions } from '../../src/simulator/server'
import { runProgram, type ServedProgram, serveProgram, temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'

const size = 60
const damagedConfig = '{"access_token": "x", '

function startWorkspace(options: SimulatorOptions = {}): Promise<Simulator> {
  return startTestSimulator({ size, days: 20, now: Math.floor(Date.now() / 1000), ...options })
}

/** What leads to a workspace; nothing is fetched but when it is ordered. */
function environmentOf({ url, token }: Pick<Simulator, 'url' | 'token'>): Record<string, string> {
  return {
    INTERCOM_API_URL: url,
    INTERCOM_ACCESS_TOKEN: token,
    FASTINTERCOM_BACKGROUND_SYNC_INTERVAL: '0',
    FASTINTERCOM_MAX_SYNC_AGE_MINUTES: '600',
  }
}

function writeConfig(home: string, content: string): string {
  const file = join(home, 'config.json')
  writeFileSync(file, content)
  return file
}

/** A folder filled from a workspace, and that workspace. */
async function createFilledFolder(): Promise<{ simulator: Simulator; home: string }> {
  const simulator = await startWorkspace()
  const home = temporaryFolder()
  const { code, stderr } = await runProgram(['sync', '--home', home], environmentOf(simulator))
  expect(code, stderr).toBe(0)
  return { simulator, home }
}

async function expectAllThere({ call }: ServedProgram): Promise<void> {
  const info = await call<DataInfoAnswer>('get_data_info')
  expect(info).toMatchObject({ has_data: true, total_conversations: size })
}

/** The calls that cannot be answered without Intercom, each with its arguments. */
const fetching: [string, object][] = [
  ['force_sync', {}],
  ['get_conversation', { conversation_id: '999' }],
]

/** What stands between a server and Intercom, what it says of it, and what one should do. */
const obstacles: [string, (home: string, simulator: Simulator) => Record<string, string>, string, string][] =
  [
    [
      'no token',
      (_, simulator) => ({ INTERCOM_API_URL: simulator.url }),
      'There is no Intercom access token.',
      'fast-intercom-mcp init`, or set INTERCOM_ACCESS_TOKEN.',
    ],
    [
      'a wrong token',
      (_, simulator) => environmentOf({ ...simulator, url: simulator.url, token: 'wrong' }),
      'Intercom refused the access token',
      'fast-intercom-mcp init` with a valid token.',
    ],
    [
      'a token that is not of the region',
      (_, simulator) => ({
        ...environmentOf({ url: simulator.url, token: 'token-of-a-us-workspace' }),
        INTERCOM_REGION: 'eu',
      }),
      'Intercom refused the access token',
      'A token is valid only in the region of its workspace; the region set now is eu',
    ],
    [
      'an API that is down',
      () => environmentOf({ url: 'http://127.0.0.1:9', token: 'test-token' }),
      '127.0.0.1:9 could not be reached',
      'Check the network and INTERCOM_API_URL.',
    ],
    [
      'a region that does not exist',
      (_, simulator) => ({ ...environmentOf(simulator), INTERCOM_REGION: 'mars' }),
      'The value "mars" of INTERCOM_REGION cannot be used.',
      'Allowed: us, eu or au.',
    ],
    [
      'a damaged config.json',
      (home, simulator) => {
        writeConfig(home, damagedConfig)
        return environmentOf(simulator)
      },
      'config.json is damaged: it is not valid JSON (line 1, column 23).',
      'fast-intercom-mcp init. It has not been changed.',
    ],
  ]

describe('a server with', () => {
  it.each(obstacles)(
    '%s says so in each call that needs Intercom, and answers the others',
    async (_, prepare, what, whatToDo) => {
      const simulator = await startWorkspace()
      const home = temporaryFolder()
      const served = await serveProgram({ home, env: prepare(home, simulator) })
      for (const [name, args] of fetching) {
        const text = await served.callFailing(name, { ...args })
        expect(text).toContain(`${name} failed: `)
        expect(text).toContain(what)
        expect(text).toContain('Next: ')
        expect(text).toContain(whatToDo)
      }
      const { freshness } = await served.call<SearchAnswer>('search_conversations', { query: 'refund' })
      expect(freshness.message).toContain('Not synced yet.')
      expect(freshness.message).toContain(what)
      expect(freshness.message).toContain(whatToDo)
      expect(await served.call('get_data_info')).toMatchObject({ has_data: false })
    },
  )

  it('any of these, of which the commands say as much, keeps what is stored', async () => {
    const { simulator, home } = await createFilledFolder()
    for (const [obstacle, prepare, what, whatToDo] of obstacles) {
      const env = prepare(home, simulator)
      const { code, stdout, stderr } = await runProgram(['sync', '--home', home], env)
      expect([code, stdout], obstacle).toEqual([1, ''])
      expect(stderr).toContain(what)
      // What to do names the place as well, here where it was named.
      expect(stderr.replaceAll(` --home ${home}`, '')).toContain(whatToDo)
      expect(stderr).not.toMatch(/\n\s+at /)
    }
    const file = join(home, 'config.json')
    expect(readFileSync(file, 'utf8')).toBe(damagedConfig)
    rmSync(file)
    await expectAllThere(await serveProgram({ home, env: environmentOf(simulator) }))
  })

  it('a token of another workspace shows nothing and changes nothing', async () => {
    const { simulator, home } = await createFilledFolder()
    const other = await startWorkspace({ seed: 'another company', token: 'another-token' })
    const [mine, theirs] = [simulator.world.workspace, other.world.workspace]
    const refused = `The stored data belongs to workspace ${mine.name} (${mine.idCode}), the access token to ${theirs.name} (${theirs.idCode}).`
    const whatToDo = 'Use the token of that workspace, or --profile or another --home for this one.'

    const served = await serveProgram({ home, env: environmentOf(other) })
    const calls: [string, object][] = [
      ...fetching,
      ['search_conversations', {}],
      ['get_data_info', {}],
      ['get_server_status', {}],
      ['sync_conversations', {}],
      ['get_sync_status', {}],
      ['check_coverage', { start_date: '2026-03-01' }],
    ]
    for (const [name, args] of calls) {
      expect(await served.callFailing(name, { ...args })).toBe(
        `${name} failed: ${refused}\nReason code: storage_other_workspace\nNext: ${whatToDo}`,
      )
    }
    expect((await served.client.listTools()).tools).toHaveLength(10)
    await served.client.close()

    const file = writeConfig(home, JSON.stringify({ access_token: simulator.token }))
    for (const command of [['search', 'account'], ['sync'], ['init', '--yes']]) {
      const { code, stdout, stderr } = await runProgram([...command, '--home', home], environmentOf(other))
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toContain(`Error: ${refused}\n${whatToDo}\n`)
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ access_token: simulator.token })
    await expectAllThere(await serveProgram({ home, env: environmentOf(simulator) }))
  })

  it('another token than the process that has the data is not let in, and that process goes on', async () => {
    const { simulator, home } = await createFilledFolder()
    const owner = await serveProgram({ home, env: environmentOf(simulator) })
    await expectAllThere(owner)
    const other = await startWorkspace({ seed: 'another company', token: 'another-token' })
    const refused = 'The data is served by a process with another access token.'
    const whatToDo =
      'Give both the same token and restart them, or use --profile or --home for the other workspace.'

    const served = await serveProgram({ home, env: environmentOf(other) })
    for (const name of ['search_conversations', 'force_sync']) {
      const text = await served.callFailing(name)
      expect(text).toContain(`${name} failed: ${refused}`)
      expect(text).toContain(`Next: ${whatToDo}`)
    }
    const { code, stderr } = await runProgram(['search', 'account', '--home', home], environmentOf(other))
    expect([code, stderr]).toEqual([1, `Error: ${refused}\n${whatToDo}\n`])
    await expectAllThere(owner)
  })

  it('an API that goes down answers from what is stored, and fetches again when it is back', async () => {
    const { simulator, home } = await createFilledFolder()
    const served = await serveProgram({ home, env: environmentOf(simulator) })
    await simulator.goDown()
    const [id = ''] = simulator.world.ids()
    const stored = await served.call<ConversationAnswer>('get_conversation', { conversation_id: id })
    expect(stored.source).toBe('cache')
    const text = await served.callFailing('get_conversation', { conversation_id: '999' })
    expect(text).toContain('Conversation 999 is not stored, and it could not be fetched: ')
    expect(text).toContain('Next: Check the network')
    expect((await served.call<SearchAnswer>('search_conversations')).total).toBe(size)

    await simulator.comeBack()
    expect(await served.callFailing('get_conversation', { conversation_id: '999' })).toContain(
      'get_conversation failed: There is no conversation 999.',
    )
    expect(await served.call('force_sync')).toMatchObject({ success: true })
  })
})

describe('a token with "=" at its end', () => {
  const token = 'dG9rOmFiY2RlZg=='

  it.each(['config.json', 'init'])('is kept whole from %s', async (origin) => {
    const simulator = await startWorkspace({ token })
    const home = temporaryFolder()
    const env = { INTERCOM_API_URL: simulator.url }
    if (origin === 'config.json') writeConfig(home, JSON.stringify({ access_token: token }))
    else {
      const args = ['init', '--home', home, `--token=${token}`, '--yes', '--no-sync']
      expect((await runProgram(args, env)).code).toBe(0)
    }
    const { call } = await serveProgram({ home, env })
    expect(await call('force_sync')).toMatchObject({ success: true, conversations: size })
  })

  it('is another token without its end', async () => {
    const simulator = await startWorkspace({ token })
    const env = environmentOf({ url: simulator.url, token: token.slice(0, -1) })
    const { code, stderr } = await runProgram(['sync', '--home', temporaryFolder()], env)
    expect([code, stderr]).toEqual([1, expect.stringContaining('Intercom refused the access token')])
  })
})

describe('wrong arguments', () => {
  const longQuery = 'refund '.repeat(1_429).slice(0, 10_000)

  it('are each a clear error of the tool, and the server answers the next call', async () => {
    const { simulator, home } = await createFilledFolder()
    const served = await serveProgram({ home, env: environmentOf(simulator) })
    const wrong: [string, object, string, string][] = [
      [
        'search_conversations',
        { limit: -1 },
        'Argument "limit" must be a whole number from 1 to 1000; received -1.',
        'Next: change the arguments and call again.',
      ],
      [
        'search_conversations',
        { querry: 'refund' },
        'Argument "querry" is not known; known are: query, timeframe,',
        'Next: change the arguments and call again.',
      ],
      [
        'get_data_info',
        { verbose: true },
        'Argument "verbose" is not known: no arguments are taken here.',
        'Next: change the arguments and call again.',
      ],
      [
        'search_conversations',
        { query: '?! … "" -- *' },
        'The query holds no word or number to search for.',
        'Leave the query out to list conversations.',
      ],
      [
        'search_conversations',
        { query: longQuery },
        'Argument "query" must be at most 1000 characters long; received "refund refund',
        'Next: change the arguments and call again.',
      ],
      [
        'get_conversation',
        { conversation_id: '999' },
        'There is no conversation 999.',
        'Next: Look the id up with search_conversations;',
      ],
      [
        'get_conversation_details',
        { conversation_id: 'the last one' },
        '"the last one" is not the id of a conversation.',
        'Next: Give the id that a search returned: 123, conversation_123,',
      ],
      [
        'check_coverage',
        { start_date: '2026-02-30' },
        'The start date "2026-02-30" does not exist.',
        'Next: Give ISO dates or times, for example start_date "2026-03-01"',
      ],
      [
        'check_coverage',
        { end_date: '2026-03-01' },
        'Argument "start_date" is required.',
        'Next: change the arguments and call again.',
      ],
      [
        'sync_conversations',
        { timeframe: { start_date: '2026-13-01' } },
        'The timeframe "2026-13-01" cannot be read.',
        'Next: Examples: today, yesterday,',
      ],
    ]
    for (const [name, args, what, whatToDo] of wrong) {
      const text = await served.callFailing(name, { ...args })
      expect(text).toContain(what)
      expect(text).toContain(whatToDo)
      expect(text.length).toBeLessThan(500)
      await expectAllThere(served)
    }
  })

  const wrongCommands: [string, string[], number, string, string][] = [
    [
      'limit',
      ['refund', '--limit', '-1'],
      2,
      '--limit -1 cannot be used.',
      'Allowed: a whole number from 1 to 1000.',
    ],
    ['option', ['refund', '--nonsense'], 2, 'Unknown option --nonsense.', 'fast-intercom-mcp search --help'],
    [
      'query of punctuation',
      ['?!…'],
      2,
      'The query holds no word or number to search for.',
      'For example: refund late,',
    ],
    [
      'query of 10,000 characters',
      [longQuery],
      2,
      'The query has 10000 characters; at most 1000 can be searched for.',
      'Search for the few words that matter',
    ],
  ]
  it.each(wrongCommands)('as a %s of a command are told in two lines', async (_, args, code, what, hint) => {
    const result = await runProgram(['search', ...args, '--home', temporaryFolder()])
    expect([result.code, result.stdout]).toEqual([code, ''])
    expect(result.stderr.trimEnd().split('\n')).toEqual([`Error: ${what}`, expect.stringContaining(hint)])
  })
})
