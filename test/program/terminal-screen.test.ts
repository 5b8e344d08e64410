import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'
import { keys, openTerminal } from '../helpers/terminal'

const [hideCursor, showCursor] = ['\u001B[?25l', '\u001B[?25h']

/** A workspace whose conversations take a while each, and the environment of somebody who syncs it. */
async function aSlowWorkspace() {
  const simulator = await startTestSimulator({ size: 400, now: Math.floor(Date.now() / 1000) })
  simulator.setLatency({ baseMs: 60 })
  const env = { INTERCOM_API_URL: simulator.url, INTERCOM_ACCESS_TOKEN: simulator.token }
  return { simulator, env, home: join(temporaryFolder(), 'home') }
}

/** The lines of a screen that show how far a sync is. */
const barsOn = (screen: string) =>
  screen.split('\n').filter((line) => /^(Threads|Conversations|Starting)/.test(line))

it('shows one bar that keeps to the width, and gives the cursor back at Ctrl-C', async () => {
  const { env, home } = await aSlowWorkspace()
  const terminal = openTerminal(['sync', '--home', home], env, { columns: 100 })
  await terminal.shows(/Threads +█*░* +\d+ % \d+ of \d+ · \d+ s left · [\d.]+\/s · \d/)
  expect(barsOn(terminal.screen())).toHaveLength(1)

  terminal.resize(50)
  await terminal.shows(/^Threads +[^█░]*\d+ of \d+ · .*$/m)
  // Until the next drawing the terminal shows what it made of the wider line.
  await vi.waitFor(
    () => {
      expect(barsOn(terminal.screen())).toHaveLength(1)
      for (const line of barsOn(terminal.screen())) expect(line.length).toBeLessThan(50)
    },
    { timeout: 10_000 },
  )

  terminal.press(keys.ctrlC)
  expect(await terminal.ended()).toBe(130)
  expect(terminal.screen()).toContain('What was stored so far is kept;')
  expect(terminal.screen()).toContain('Stopped.')
  expect(barsOn(terminal.screen())).toEqual([])
  const written = terminal.written()
  expect(written.lastIndexOf(showCursor)).toBeGreaterThan(written.lastIndexOf(hideCursor))
})

it('takes the bar away when the sync is done, and then shows how things are', async () => {
  const { simulator, env, home } = await aSlowWorkspace()
  simulator.setLatency({})
  const sync = openTerminal(['sync', '--days', '70', '--home', home], env)
  expect(await sync.ended()).toBe(0)
  expect(sync.screen()).toMatch(/^✓ Synced 400 conversations and [\d,]+ messages in [\d.]+ s\.$/)

  const status = openTerminal(['status', '--home', home], env, { columns: 60 })
  expect(await status.ended()).toBe(0)
  const [first = '', ...rest] = status.screen().split('\n')
  expect(first).toMatch(/^✓ Up to date: synced \d+ s ago\.$/)
  expect(rest.filter((line) => line.length > 60)).toEqual([])
  expect(rest.some((line) => /^ {14}█+$/.test(line))).toBe(true)
})

it('draws with ASCII where the terminal has no other signs, and without colours where nobody wants them', async () => {
  const home = join(temporaryFolder(), 'home')
  const plain = openTerminal(['doctor', '--home', home], { TERM: 'linux', NO_COLOR: '1' })
  expect(await plain.ended()).toBe(1)
  expect(plain.screen()).toMatch(/^x Token +There is no access token$/m)
  expect(plain.screen()).toMatch(/^\+ Configuration /m)
  // Nothing but line ends.
  expect(plain.written()).not.toContain('\u001B[3')
})
