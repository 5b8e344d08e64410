import { describe, expect, it, test } from 'vitest'
import { parseArguments, UsageError } from '../../src/cli/arguments'
import { createOutput } from '../../src/cli/output'
import { readTurnOrder } from '../../src/cli/sync-watch/turn-order'
import { watch } from '../../src/cli/sync-watch/watch'
import { IntercomApiError } from '../../src/domain/errors'
import { createForwardingService } from '../../src/service/service-methods'
import type { Timers } from '../../src/sync/timers'
import { quietLogger } from '../helpers/sync-timers'
import { captureStream } from './capture-stream'

const orderOf = (...args: string[]) => readTurnOrder(parseArguments(['sync', ...args]))

describe('the options of sync', () => {
  test.each([
    [[], null],
    [['--days', '3'], null],
    [['--once'], { mode: 'once' }],
    [['--watch'], { mode: 'watch', intervalMinutes: 15 }],
    [['--watch', '--interval', '5'], { mode: 'watch', intervalMinutes: 5 }],
    [['--watch', '--interval', '0.5'], { mode: 'watch', intervalMinutes: 0.5 }],
    [['--watch', '--interval=.5', '--json'], { mode: 'watch', intervalMinutes: 0.5 }],
  ])('%j mean %j', (args, order) => {
    expect(orderOf(...args)).toEqual(order)
  })

  test.each([
    [['--watch', '--once'], '--watch and --once say two things.'],
    [['--interval', '5'], '--interval goes with --watch.'],
    [['--once', '--interval', '5'], '--interval goes with --watch.'],
    [['--watch', '--days', '5'], '--days does not go with --watch.'],
    [['--watch', '--force'], '--force does not go with --watch.'],
    [['--once', '--full'], '--full does not go with --once.'],
    [['--once', '--start-date', '2026-03-01'], '--start-date does not go with --once.'],
    [['--watch', '--end-date', '2026-03-01'], '--end-date does not go with --watch.'],
    [['--watch', '--interval', '0'], '--interval 0 cannot be used.'],
    [['--watch', '--interval', '-5'], '--interval -5 cannot be used.'],
    [['--watch', '--interval', '5m'], '--interval 5m cannot be used.'],
    [['--watch', '--interval', '1e9'], '--interval 1e9 cannot be used.'],
    [['--watch', '--interval', '10081'], '--interval 10081 cannot be used.'],
  ])('%j are refused', (args, message) => {
    expect(() => orderOf(...args)).toThrow(UsageError)
    expect(() => orderOf(...args)).toThrow(message)
  })
})

const done = { success: true, message: 'The sync is done.', duration_seconds: 0 }
const offline = new IntercomApiError('network', 'Intercom could not be reached.', { hint: 'Check the line.' })
const refused = new IntercomApiError('unauthorised', 'Intercom refused the token.', { hint: 'Run init.' })

interface Watched {
  /** What each turn comes to; after the last one the daemon is told to end. */
  turns: { conversations?: number; messages?: number; fails?: unknown; takesMs?: number }[]
  asJson?: boolean
  /** Milliseconds by which the clock jumps in the sleep of this number. */
  jumps?: Record<number, number>
}

/** Runs the daemon every 10 minutes over a service that answers as told; its time is up when it sleeps. */
async function runWatch({ turns, asJson = false, jumps = {} }: Watched) {
  const [stdout, stderr] = [captureStream(), captureStream()]
  const stop = new AbortController()
  const requests: unknown[] = []
  let nowMs = Date.parse('2026-03-01T14:00:00.000Z')
  let sleeps = 0
  const service = createForwardingService(async (method, request) => {
    const turn = turns[requests.length]
    requests.push({ method, ...(request as object) })
    nowMs += turn?.takesMs ?? 0
    if (requests.length === turns.length) setImmediate(() => stop.abort())
    if (turn?.fails) throw turn.fails
    return { ...done, conversations: turn?.conversations ?? 0, messages: turn?.messages ?? 0 }
  })
  const timers: Timers = {
    nowMs: () => nowMs,
    random: () => 0.5,
    sleep: async (durationMs) => {
      nowMs += durationMs + (jumps[sleeps] ?? 0)
      sleeps += 1
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  await watch({
    ...{ service, logger: quietLogger, timers, asJson, intervalMinutes: 10 },
    output: createOutput(stdout.stream, stderr.stream),
    signal: stop.signal,
  })
  return { lines: stdout.written().split('\n').slice(0, -1), stderr: stderr.written(), requests }
}

describe('sync --watch', () => {
  it('takes a turn at once and then one each interval, and says in a line what each brought', async () => {
    const { lines, stderr, requests } = await runWatch({
      turns: [{ conversations: 12, messages: 40, takesMs: 2_300 }, {}, { conversations: 1, messages: 1 }],
    })
    expect(lines).toEqual([
      '2026-03-01T14:00:02Z ✓ 12 conversations and 40 messages in 2.3 s.',
      '2026-03-01T14:10:00Z ✓ Nothing new in 0 s.',
      '2026-03-01T14:20:00Z ✓ 1 conversation and 1 message in 0 s.',
    ])
    expect(stderr).toBe('Syncing every 10 min, until Ctrl-C.\n')
    expect(requests).toEqual(
      Array(3).fill({ method: 'forceSync', wait_seconds: null, background_turn: true }),
    )
  })

  it('says what failed, what to do and when it tries again, and goes on sooner than the interval', async () => {
    const { lines } = await runWatch({
      turns: [{ fails: offline }, { fails: offline }, {}, { fails: offline }, { fails: refused }, {}],
    })
    expect(lines).toEqual([
      '2026-03-01T14:00:00Z ✗ Intercom could not be reached. Check the line. Next attempt in 30 s.',
      '2026-03-01T14:00:30Z ✗ Intercom could not be reached. Check the line. Next attempt in 60 s.',
      '2026-03-01T14:01:30Z ✓ Nothing new in 0 s.',
      '2026-03-01T14:11:30Z ✗ Intercom could not be reached. Check the line. Next attempt in 30 s.',
      '2026-03-01T14:12:00Z ✗ Intercom refused the token. Run init. A new token counts from the next start on. Next attempt in 15 min.',
      '2026-03-01T14:27:00Z ✓ Nothing new in 0 s.',
    ])
  })

  it('survives what nobody expected, and names the log', async () => {
    const { lines } = await runWatch({ turns: [{ fails: new TypeError('x is undefined') }, {}] })
    expect(lines[0]).toBe(
      '2026-03-01T14:00:00Z ✗ The sync failed unexpectedly. The log says more (npx fast-intercom-mcp logs). Next attempt in 30 s.',
    )
    expect(lines).toHaveLength(2)
  })

  it('takes a turn soon after the machine has slept, and counts failures anew', async () => {
    const { lines } = await runWatch({
      turns: [{ fails: offline }, { fails: offline }, { fails: offline }, {}],
      jumps: { 2: 8 * 3_600_000 },
    })
    expect(lines.map((line) => line.slice(11))).toEqual([
      '14:00:00Z ✗ Intercom could not be reached. Check the line. Next attempt in 30 s.',
      '14:00:30Z ✗ Intercom could not be reached. Check the line. Next attempt in 60 s.',
      '22:00:45Z ✗ Intercom could not be reached. Check the line. Next attempt in 30 s.',
      '22:01:15Z ✓ Nothing new in 0 s.',
    ])
  })

  it('prints a JSON object a line when asked to', async () => {
    const { lines, stderr } = await runWatch({
      turns: [{ conversations: 2, messages: 5, takesMs: 100 }, { fails: offline }],
      asJson: true,
    })
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ at: '2026-03-01T14:00:00.000Z', success: true, conversations: 2, messages: 5, seconds: 0.1 },
        ...{ error: null, next_in_seconds: 600 },
      },
      {
        ...{ at: '2026-03-01T14:10:00.000Z', success: false, conversations: 0, messages: 0, seconds: 0 },
        error: {
          ...{ code: 'intercom_network', message: 'Intercom could not be reached.', hint: 'Check the line.' },
        },
        next_in_seconds: 30,
      },
    ])
    expect(stderr).toBe('')
  })

  it('ends the turn under way when it is stopped, and says nothing of it but that what came is kept', async () => {
    const [stdout, stderr] = [captureStream(), captureStream()]
    const stop = new AbortController()
    const service = createForwardingService(
      (_method, _request, call) =>
        new Promise((_resolve, reject) => {
          call?.signal?.addEventListener('abort', () => reject(call.signal?.reason))
          setImmediate(() => stop.abort(new Error('Interrupted')))
        }),
    )
    await watch({
      ...{ service, logger: quietLogger, asJson: true, intervalMinutes: 10, signal: stop.signal },
      output: createOutput(stdout.stream, stderr.stream),
    })
    expect(stdout.written()).toBe('')
    expect(stderr.written()).toBe('What was stored so far is kept; the next sync goes on from there.\n')
  })
})
