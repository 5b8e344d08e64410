import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createProgressBar } from '../../src/cli/progress-bar'
import { describeProgress } from '../../src/cli/progress-line'
import { readTerminalTraits } from '../../src/config/terminal'

const threads = { phase: 'threads', done: 50, total: 200, messages: 1234 }
const pace = { perSecond: 5, elapsedSeconds: 10 }

describe('describeProgress', () => {
  it('shows phase, bar, how far, what remains, the rate and the messages', () => {
    expect(describeProgress(threads, pace, 120)).toBe(
      'Threads       ██████░░░░░░░░░░░░░░░░░░  25 % 50 of 200 · 30 s left · 5.0/s · 1,234 messages',
    )
  })

  it.each([
    [80, 'Threads       ███░░░░░░░░░  25 % 50 of 200 · 30 s left · 5.0/s · 1,234 messages'],
    [60, 'Threads       50 of 200 · 30 s left · 5.0/s · 1,234 messages'],
    [40, 'Threads 50 of 200 · 30 s left · 5.0/s'],
    [20, 'Threads 50 of 200'],
  ])('fits %d columns', (columns, line) => {
    expect(describeProgress(threads, pace, columns)).toBe(line)
  })

  it('promises nothing before there is a rate or a total', () => {
    const unknown = { phase: 'conversations', done: 50, total: null }
    expect(describeProgress(unknown, { perSecond: null, elapsedSeconds: 1 }, 80)).toBe('Conversations 50')
  })

  it('shows that a phase without anything to count goes on', () => {
    const finishing = { phase: 'finishing', done: 0, total: null }
    expect(describeProgress(finishing, { perSecond: null, elapsedSeconds: 0.5 }, 80)).toBe('Finishing …')
    expect(describeProgress(finishing, { perSecond: null, elapsedSeconds: 75.9 }, 80)).toBe(
      'Finishing … 75 s',
    )
  })
})

const [esc, hide, show] = ['\u001B', '\u001B[?25l', '\u001B[?25h']

/** A bar on a stream, a clock to set, and the tick that would come each second. */
function aBar(terminal: { columns: number } | null, environment = {}, options = {}) {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream
  if (terminal) Object.assign(stream, { isTTY: true, ...terminal })
  let written = ''
  stream.on('data', (chunk) => {
    written += chunk
  })
  const clock = { ms: 0, tick: () => {}, ticking: false }
  const bar = createProgressBar(
    { stderr: stream, traits: readTerminalTraits(environment, 'linux') },
    {
      ...options,
      nowMs: () => clock.ms,
      repeat: (_, tick) => {
        Object.assign(clock, { tick, ticking: true })
        return () => {
          clock.ticking = false
        }
      },
    },
  )
  const run = (untilMs: number) => {
    for (; clock.ms <= untilMs; clock.ms += 100) {
      bar.update({ ...threads, done: clock.ms / 100, total: 6000 })
    }
  }
  return { bar, stream, clock, run, written: () => written }
}

describe('createProgressBar', () => {
  it('writes a plain line now and then where there is no terminal, ever more rarely', () => {
    const { bar, run, written } = aBar(null)
    run(120_000)
    bar.end()
    const lines = written().trim().split('\n')
    expect(lines.map((line) => / ([\d,]+) of /.exec(line)?.[1])).toEqual([
      ...['20', '70', '120', '170', '220', '270', '320', '374', '437', '510', '595', '695', '811', '947'],
      '1,105',
    ])
    expect(written()).not.toContain(esc)
  })

  it('leaves no line of a short task in a log', () => {
    const { bar, run, written } = aBar(null)
    run(1_900)
    bar.end()
    expect(written()).toBe('')
  })

  it('redraws one line on a terminal without erasing it first, and gives the cursor back', () => {
    const { bar, run, written, clock } = aBar({ columns: 60 })
    run(1_000)
    expect(written().startsWith(`${hide}\rThreads`)).toBe(true)
    expect(written()).not.toContain(`${esc}[2K`)
    expect(written()).not.toContain('\n')
    expect(written().split(hide)).toHaveLength(2)
    bar.end()
    expect(written().endsWith(`\r${esc}[2K${show}`)).toBe(true)
    expect(clock.ticking).toBe(false)
  })

  it('keeps within the terminal when it becomes narrower', () => {
    const { run, stream, written } = aBar({ columns: 100 })
    run(1_000)
    const before = written().length
    Object.assign(stream, { columns: 30 })
    stream.emit('resize')
    const after = written().slice(before)
    expect(after.startsWith(`\r${esc}[2K${esc}[J`)).toBe(true)
    const drawn = after.split('\r').find((part) => part.startsWith('Threads')) ?? ''
    expect(drawn.replace(`${esc}[K`, '').length).toBeLessThan(30)
    expect(drawn).toContain('Threads 10 of 6,000')
  })

  it('tells the time while nothing comes', () => {
    const { bar, clock, written } = aBar({ columns: 60 })
    bar.update({ phase: 'finishing', done: 0, total: null })
    clock.ms = 7_000
    clock.tick()
    expect(written()).toContain('Finishing … 7 s')
  })

  it('goes by the rate of the last seconds', () => {
    const { bar, clock, written } = aBar({ columns: 100 })
    // A hundred a second for a minute, then ten.
    for (let second = 0; second <= 120; second++) {
      clock.ms = second * 1000
      bar.update({
        phase: 'threads',
        done: second <= 60 ? second * 100 : 6000 + (second - 60) * 10,
        total: 9000,
      })
    }
    expect(
      written()
        .split('\r')
        .findLast((part) => part.includes('/s')),
    ).toContain('4 min left · 10/s')
  })

  it.each([
    ['with --json', { columns: 80 }, {}, { silent: true }],
    ['in a log, for a daemon', null, {}, { onlyOnTerminal: true }],
  ])('says nothing %s', (_, terminal, environment, options) => {
    const { bar, run, written } = aBar(terminal, environment, options)
    run(10_000)
    bar.end()
    expect(written()).toBe('')
  })

  it('writes plain lines to a terminal that can do nothing else', () => {
    const { bar, run, written } = aBar({ columns: 80 }, { TERM: 'dumb' })
    run(10_000)
    bar.end()
    expect(written()).not.toContain(esc)
    expect(written().trim().split('\n')).toHaveLength(2)
  })
})
