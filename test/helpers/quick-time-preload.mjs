// Loaded before the built program (node --import), whose waits of seconds would make a test last for minutes: its
// wall clock is the one that quick-time.ts describes, and its timers end as much earlier. Timers of
// `node:timers/promises` and of sockets keep to real time.
import { readFileSync } from 'node:fs'

const [factor = 1, originMs = 0, offMs = 0] = (process.env.QUICK_TIME ?? '').split(' ').map(Number)
const leapsFile = process.env.QUICK_TIME_LEAPS ?? ''
const lookEveryMs = 5

const readMs = Date.now
let leapMs = 0
let lookedAtMs = 0

function nowMs() {
  const realMs = readMs()
  if (realMs - lookedAtMs >= lookEveryMs) {
    lookedAtMs = realMs
    // It is empty for the moment in which it is written.
    leapMs = Math.max(leapMs, Number(readFileSync(leapsFile, 'utf8')))
  }
  return Math.floor(originMs + (realMs - originMs) * factor + leapMs + offMs)
}

globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [nowMs()] : given))
  }
  static now = nowMs
}

const readMonotonicMs = performance.now.bind(performance)
performance.now = () => readMonotonicMs() * factor

for (const name of ['setTimeout', 'setInterval']) {
  const start = globalThis[name]
  const quick = (call, delayMs = 0, ...rest) => start(call, delayMs / factor, ...rest)
  globalThis[name] = Object.defineProperties(quick, Object.getOwnPropertyDescriptors(start))
}
