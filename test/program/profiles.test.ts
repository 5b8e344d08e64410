import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runProgram, serveProgram, temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'

const now = () => Math.floor(Date.now() / 1000)

const writeSettings = (home: string, profile: string, settings: object) => {
  mkdirSync(join(home, 'profiles', profile), { recursive: true })
  const file = join(home, 'profiles', profile, 'config.json')
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
}

/** A home folder synced by the environment's token, and in it the profile `acme` of another workspace. */
async function createTwoWorkspaces() {
  const [ours, theirs] = await Promise.all([
    startTestSimulator({ size: 5, days: 10, now: now(), seed: 'ours', token: 'token-of-ours' }),
    startTestSimulator({ size: 9, days: 10, now: now(), seed: 'theirs', token: 'token-of-theirs' }),
  ])
  const home = temporaryFolder()
  const env = { INTERCOM_API_URL: theirs.url, INTERCOM_ACCESS_TOKEN: theirs.token }
  const settings = { access_token: ours.token, api_url: ours.url }
  writeSettings(home, 'acme', settings)
  const sync = ['sync', '--days', '30', '--home', home, '--json']
  expect(JSON.parse((await runProgram([...sync, '--profile', 'acme'], env)).stdout).conversations).toBe(5)
  expect(JSON.parse((await runProgram(sync, env)).stdout).conversations).toBe(9)
  return { home, env, settings }
}

it('keep workspaces apart, whatever token lies in the environment', async () => {
  const { home, env } = await createTwoWorkspaces()
  const doctor = await runProgram(['doctor', '--home', home, '--profile', 'acme'], env)
  expect(doctor.stdout).toContain(
    'INTERCOM_ACCESS_TOKEN, INTERCOM_API_URL of the environment do not count for profile acme',
  )
  expect(doctor.code).toBe(0)
  const { call } = await serveProgram({ home, env, args: ['--profile', 'acme'] })
  expect(await call('get_data_info')).toMatchObject({ total_conversations: 5 })
})

it('are told of in a line each, also when some are broken, empty or refused', async () => {
  const { home, env, settings } = await createTwoWorkspaces()
  mkdirSync(join(home, 'profiles', 'broken'))
  writeFileSync(join(home, 'profiles', 'broken', 'config.json'), '{"access_token": ')
  mkdirSync(join(home, 'profiles', 'empty'))

  const all = await runProgram(['status', '--all', '--home', home, '--json'], env)
  expect(all.code).toBe(1)
  expect(JSON.parse(all.stdout).profiles).toMatchObject([
    { profile: null, state: 'fresh', conversations: 9, home },
    { profile: 'acme', state: 'fresh', conversations: 5, home: join(home, 'profiles', 'acme') },
    { profile: 'broken', state: 'broken', message: expect.stringContaining('is damaged') },
    { profile: 'empty', state: 'empty', conversations: null },
  ])
  // Looking makes nothing.
  expect(readdirSync(join(home, 'profiles', 'empty'))).toEqual([])

  writeSettings(home, 'acme', { ...settings, access_token: 'wrong' })
  const table = await runProgram(['status', '--all', '--home', home], env)
  expect(table.stdout).toMatch(/^✓ +\(default\) +fresh +.* 9 +\d{4}-\d\d-\d\d \d\d:\d\d +[\d.]+ [kM]B$/m)
  expect(table.stdout).toMatch(/^✗ acme: .*Intercom refused the access token/m)
  expect(table.stdout).toMatch(/^✗ broken: .*is damaged/m)
})

it('that do not exist are refused by name where they have to, and nothing is made', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'profiles', 'acme'), { recursive: true })
  mkdirSync(join(home, 'profiles', 'beta'))
  const token = { INTERCOM_ACCESS_TOKEN: 'dG9rZW4=' }
  const commands = [['status'], ['search', 'x'], ['logs'], ['doctor'], ['snapshot'], ['reset', '--yes']]
  for (const command of commands) {
    const refused = await runProgram([...command, '--home', home, '--profile', 'acne'], token)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toBe(
      'Error: There is no profile "acne".\n' +
        `There are: acme, beta. A new one is set up by: npx fast-intercom-mcp init --home ${home} --profile acne\n`,
    )
  }
  // Without a token from elsewhere a sync has nothing to begin with.
  const sync = await runProgram(['sync', '--home', home, '--profile', 'acne'])
  expect(sync).toMatchObject({ code: 1, stderr: expect.stringContaining('There are: acme, beta.') })
  expect(existsSync(join(home, 'profiles', 'acne'))).toBe(false)
})

it('that do not exist let a server start, which says so to whoever asks', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'profiles', 'acme'), { recursive: true })
  const { call } = await serveProgram({ home, args: ['--profile', 'acne'] })
  const { freshness } = await call<{ freshness: { message: string } }>('get_server_status')
  expect(freshness.message).toContain('There is no profile "acne". There are: acme.')
})

it('are removed one at a time, and the others stay', async () => {
  const home = temporaryFolder()
  for (const name of ['acme', 'beta']) {
    mkdirSync(join(home, 'profiles', name), { recursive: true })
    writeFileSync(join(home, 'profiles', name, 'config.json'), '{}')
  }
  const acme = ['--home', home, '--profile', 'acme']
  expect(await runProgram(['reset', '--all', '--yes', ...acme])).toMatchObject({ code: 0 })
  expect(readdirSync(join(home, 'profiles'))).toEqual(['beta'])
  expect(await runProgram(['status', '--all', ...acme])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--all and --profile say two things.'),
  })
})
