import type { Row } from './screen'

/** Width of every picture. */
export const columns = 100

/**
 * How long things took, in the order in which the demo says it: of one run on two cores that had other work too.
 * `npm run pictures -- --timings` prints those of this machine.
 */
const demoTimings = ['6 s', '88 ms', '307 ms', '52 ms', '72 ms', '37 ms']

/** How many of the demo's questions the picture shows, so that it is no taller than a screen. */
export const shownQuestions = 3

/** The demo up to the last answer that is shown; what follows is hinted at. */
export function demoRows(rows: readonly Row[]): Row[] {
  const questions = rows.flatMap((row, index) => (index > 0 && row[0]?.isBold ? [index] : []))
  const end = questions[shownQuestions]
  if (end === undefined) throw new Error(`The demo asks fewer than ${shownQuestions + 1} questions`)
  const timings = [...demoTimings]
  const settled = rows
    .slice(0, end)
    .map((row) => replaceIn(row, /(?<=^|\b(?:in|after) )[\d.]+ m?s(?=$|[. ])/, () => timings.shift() ?? '?'))
  if (timings.length > 0) throw new Error(`The demo said ${timings.length} durations less than expected`)
  return [
    ...settled,
    [{ column: 0, width: 1, text: '⋮', colour: 8, isBold: false, isDim: false, isForeign: false }],
  ]
}

/** The status with the home folder in a usual place, and with the first sync's time of the demo's picture. */
export function statusRows(rows: readonly Row[], home: string): Row[] {
  return rows.map((row) => {
    const placed = replaceIn(row, home, () => '~')
    // What is done in the background may or may not have been written yet.
    const short = replaceIn(
      placed,
      /[\d.]+ MB(?= in )/,
      (size) => `${Math.round(Number.parseFloat(size))} MB`,
    )
    const [took = ''] = demoTimings
    // In the table a shorter time leaves its column as wide as it was.
    return replaceIn(short, /(?<=synced )\d+ s\b|(?<=done) +\d+ s\b/, (found) =>
      took.padStart(found.startsWith(' ') ? found.length : 0),
    )
  })
}

/** Replaces in the first run that has it; what stands after it in the row keeps its column. */
function replaceIn(row: Row, what: string | RegExp, by: (found: string) => string): Row {
  let isDone = false
  return row.map((run) => {
    const found = isDone ? -1 : typeof what === 'string' ? run.text.indexOf(what) : run.text.search(what)
    if (found < 0) return run
    isDone = true
    const text = run.text.replace(what, by)
    return { ...run, text, width: run.width + text.length - run.text.length }
  })
}
