import { expect, it } from 'vitest'
import type { VerifyAnswer } from '../../src/domain/verification'
import { runProgram } from '../helpers/program'
import { createSharedFolder, sync, writeWord } from '../helpers/shared-folder'

interface Diagnosis {
  ok: boolean
  checks: { id: string; verdict: string; finding: string; mend: string | null }[]
  verification: VerifyAnswer | null
}

const size = 12
const compareAll = ['doctor', '--verify', '--sample', '1000', '--seed', 'a']

it('checks and compares through a running server, and changes nothing', async () => {
  const { simulator, home, env, serve } = await createSharedFolder(size)
  const server = await serve()
  await sync(server)
  const changed = writeWord(simulator, 'quokka', 5)

  const { code, stdout, stderr } = await runProgram([...compareAll, '--json', '--home', home], env)
  const { ok, checks, verification } = JSON.parse(stdout) as Diagnosis
  expect(checks.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
  expect(checks.find(({ id }) => id === 'owner')?.finding).toContain(`process ${server.pid}`)
  expect(verification).toMatchObject({
    ...{ seed: 'a', sampled: size, compared: size - 1, newer_at_intercom: [changed], differences: [] },
    intervals: [{ verdict: 'equal' }],
  })
  expect([code, ok]).toEqual([0, true])
  expect(stderr).not.toContain(simulator.token)

  // Nobody has fetched what the comparison has seen.
  const answer = await server.call<{ total: number }>('search_conversations', { query: 'quokka' })
  expect(answer.total).toBe(0)
})

it('shows what differs, conversation by conversation, and ends with 1', async () => {
  const { simulator, home, env } = await createSharedFolder(size)
  expect(await runProgram(['sync', '--home', home], env)).toMatchObject({ code: 0 })
  const id = simulator.world.ids().at(3) ?? ''
  const reopens = simulator.world.conversation(id)?.statistics?.count_reopens
  simulator.setFaults({ fault: 'null_details', endpoints: ['conversations.get'], ids: [id] })

  const { code, stdout } = await runProgram([...compareAll, '--home', home], env)
  expect(reopens).toBeTypeOf('number')
  expect(stdout).toContain('No server is running; a client starts it when it needs it')
  expect(stdout).toMatch(/✗ 12 conversations and \d+ messages compared, \d+ differences?;/)
  expect(stdout).toMatch(new RegExp(`${id} +statistics +\\{.* +\\(none\\)`))
  expect(code).toBe(1)
})

it('ends with 1 and the mend when Intercom refuses the token', async () => {
  const { home, env } = await createSharedFolder(1)
  const wrong = { ...env, INTERCOM_ACCESS_TOKEN: 'd3Jvbmc=' }
  const { code, stdout } = await runProgram(['doctor', '--home', home], wrong)
  expect(code).toBe(1)
  expect(stdout).toContain('✗ Token accepted    Intercom refused the access token while checking the token.')
  expect(stdout).toContain(`Run \`npx fast-intercom-mcp init --home ${home}\` with a valid token.`)
  expect(stdout).not.toContain('d3Jvbmc=')
})

it('has nothing to compare before the first sync, and says what to do', async () => {
  const { home, env } = await createSharedFolder(1)
  // Opening makes an empty store.
  expect(await runProgram(['status', '--home', home], env)).toMatchObject({ code: 0 })
  const { code, stdout } = await runProgram([...compareAll, '--home', home], env)
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /✗ Comparison +There is nothing stored to compare\n +Run: npx fast-intercom-mcp sync --home .*\n\n1 thing to mend, 1 thing to know of\.\n$/,
  )
})
