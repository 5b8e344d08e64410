import { fitSigns, type Output } from './output'
import { describeProgress, type ProgressPace, type TaskProgress } from './progress-line'
import { cutVisible } from './text-width'

export interface ProgressBar {
  update(progress: TaskProgress): void
  /** Takes the bar away, so that the result stands where it was. */
  end(): void
}

export interface ProgressBarOptions {
  /** Nothing is shown, as with `--json`. */
  silent?: boolean
  /** Shown only to somebody who looks, not as lines of a log. */
  onlyOnTerminal?: boolean
  nowMs?: () => number
  /** Calls back now and then until the function that it returns is called. */
  repeat?: (ms: number, tick: () => void) => () => void
}

// Ten a second look smooth. Without a terminal a line now and then tells that it goes on, ever more rarely.
const redrawMs = 100
const tickMs = 1_000
const leastLineMs = 5_000
/** A short task leaves no line behind. */
const firstLineMs = 2_000
const mostLineMs = 60_000
/** A rate over the last seconds follows what happens; one over all of a sync would not. */
const paceSeconds = 20

const eraseLine = '\r\u001B[2K'
/** Also what a narrower terminal has broken into further lines. */
const eraseFromHere = `${eraseLine}\u001B[J`
const hideCursor = '\u001B[?25l'
const showCursor = '\u001B[?25h'

/**
 * Shows how far a task is, on stderr: a bar that is redrawn where it stands on a terminal, elsewhere a plain line now
 * and then. The cursor is back when it ends, and when the process does.
 */
export function createProgressBar(
  { stderr: stream, traits }: Pick<Output, 'stderr' | 'traits'>,
  options: ProgressBarOptions = {},
): ProgressBar {
  const { silent = false, onlyOnTerminal = false } = options
  const isLive = stream.isTTY === true && traits.canRedraw
  if (silent || (onlyOnTerminal && !isLive)) return { update() {}, end() {} }
  const { nowMs = () => performance.now(), repeat = repeatUnwatched } = options
  const screen = isLive ? createLiveLine(stream) : createPlainLines(stream)
  const pace = createPace()
  const beganMs = nowMs()
  let latest: TaskProgress | null = null
  let nextMs = isLive ? Number.NEGATIVE_INFINITY : beganMs + firstLineMs

  const draw = () => {
    if (latest === null) return
    const now = nowMs()
    const columns = isLive ? Math.max(1, (stream.columns || 80) - 1) : Number.POSITIVE_INFINITY
    const line = cutVisible(describeProgress(latest, pace.read(now), columns), columns)
    screen.draw(fitSigns(line, stream, traits))
    nextMs = now + (isLive ? redrawMs : Math.min(Math.max((now - beganMs) / 6, leastLineMs), mostLineMs))
  }
  const drawIfDue = () => {
    if (nowMs() >= nextMs) draw()
  }
  const redraw = () => {
    if (latest === null) return
    screen.clear()
    draw()
  }
  // A task that waits must not look as if it hung.
  let stopTicking: (() => void) | null = null
  if (isLive) stream.on('resize', redraw)
  return {
    update(progress) {
      stopTicking ??= repeat(tickMs, drawIfDue)
      if (progress.phase !== latest?.phase && isLive) nextMs = Number.NEGATIVE_INFINITY
      pace.note(progress, nowMs())
      latest = progress
      drawIfDue()
    },
    end() {
      stopTicking?.()
      if (isLive) stream.off('resize', redraw)
      latest = null
      screen.end()
    },
  }
}

/** Less passes before somebody who looks asks whether it hangs; a log need not know of it so soon. */
const patienceMs = { terminal: 400, elsewhere: leastLineMs }

/** Says what is being done as long as `work` takes, when it takes longer than a moment. */
export async function showWhile<Result>(
  phase: string,
  { output, asJson }: { output: Pick<Output, 'stderr' | 'traits'>; asJson: boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  const bar = createProgressBar(output, { silent: asJson })
  const wait = output.stderr.isTTY ? patienceMs.terminal : patienceMs.elsewhere
  const timer = setTimeout(() => bar.update({ phase, done: 0, total: null }), wait)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
    bar.end()
  }
}

/** Does not keep the process alive. */
function repeatUnwatched(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms).unref()
  return () => clearInterval(timer)
}

interface Screen {
  draw(line: string): void
  clear(): void
  end(): void
}

/**
 * One line that is written over itself. The cursor waits at its beginning: when the terminal becomes narrower and
 * breaks the line, everything of it lies behind the cursor and can be erased.
 */
function createLiveLine(stream: NodeJS.WriteStream): Screen {
  let isDrawn = false
  const restore = () => stream.write(showCursor)
  const screen: Screen = {
    draw(line) {
      if (!isDrawn) process.once('exit', restore)
      // Written over and erased only behind: a line that is erased first flickers.
      stream.write(`${isDrawn ? '' : hideCursor}\r${line}\u001B[K\r`)
      isDrawn = true
    },
    clear() {
      if (isDrawn) stream.write(eraseFromHere)
    },
    end() {
      if (!isDrawn) return
      stream.write(`${eraseLine}${showCursor}`)
      process.off('exit', restore)
      isDrawn = false
    },
  }
  return screen
}

function createPlainLines(stream: NodeJS.WriteStream): Screen {
  return { draw: (line) => stream.write(`${line}\n`), clear() {}, end() {} }
}

/** Keeps what was done when, of the last seconds of a phase. */
function createPace() {
  let phase: string | null = null
  let beganMs = 0
  let samples: { atMs: number; done: number }[] = []
  return {
    note(progress: TaskProgress, now: number): void {
      const last = samples.at(-1)
      if (progress.phase !== phase || (last !== undefined && progress.done < last.done)) {
        phase = progress.phase
        beganMs = now
        samples = []
      }
      // One for each half second is enough to tell a rate.
      if (samples.length > 1 && now - (samples.at(-2)?.atMs ?? 0) < 500) samples.pop()
      samples.push({ atMs: now, done: progress.done })
      while (samples.length > 2 && now - (samples[1]?.atMs ?? now) > paceSeconds * 1000) samples.shift()
    },
    read(now: number): ProgressPace {
      const [first, last] = [samples[0], samples.at(-1)]
      const elapsedSeconds = (now - beganMs) / 1000
      if (first === undefined || last === undefined) return { perSecond: null, elapsedSeconds }
      const seconds = (now - first.atMs) / 1000
      const done = last.done - first.done
      return { perSecond: seconds >= 0.5 && done > 0 ? done / seconds : null, elapsedSeconds }
    },
  }
}
