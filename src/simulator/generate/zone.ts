/** Wall-clock arithmetic in the workspace's time zone, on epoch seconds. */
export interface Zone {
  name: string
  /** Seconds to add to UTC at that instant. */
  offsetAt(seconds: number): number
  /** Start of the local calendar day that contains the instant. */
  dayStart(seconds: number): number
  /** Start of the local calendar day after it. */
  nextDayStart(seconds: number): number
  /** Local hour 0 to 23 and weekday, 0 being Sunday. */
  clockAt(seconds: number): { hour: number; weekday: number }
}

const hourSeconds = 3600
const daySeconds = 86_400

/** Zone rules come from the platform; offsets change on the hour at most, so one look-up an hour is kept. */
export function createZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const known = new Map<number, number>()

  function offsetAt(seconds: number): number {
    const hour = Math.floor(seconds / hourSeconds)
    let offset = known.get(hour)
    if (offset === undefined) {
      offset = readOffset(format, hour * hourSeconds)
      known.set(hour, offset)
    }
    return offset
  }

  function dayStart(seconds: number): number {
    const local = seconds + offsetAt(seconds)
    return toUtc(Math.floor(local / daySeconds) * daySeconds)
  }

  /** Midnight's own offset may differ from noon's on the day the clocks change. */
  function toUtc(localSeconds: number): number {
    const guess = localSeconds - offsetAt(localSeconds)
    return localSeconds - offsetAt(guess)
  }

  return {
    name,
    offsetAt,
    dayStart,
    nextDayStart: (seconds) => {
      const local = seconds + offsetAt(seconds)
      return toUtc((Math.floor(local / daySeconds) + 1) * daySeconds)
    },
    clockAt: (seconds) => {
      const local = seconds + offsetAt(seconds)
      const day = Math.floor(local / daySeconds)
      return { hour: Math.floor((local - day * daySeconds) / hourSeconds), weekday: (day + 4) % 7 }
    },
  }
}

function readOffset(format: Intl.DateTimeFormat, seconds: number): number {
  const parts = new Map(format.formatToParts(new Date(seconds * 1000)).map((part) => [part.type, part.value]))
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const local = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  )
  return local / 1000 - seconds
}

const officeHours = { opensAt: 9, closesAt: 17 }

/** Whether the office is open: weekdays, local time. */
export function isOfficeOpen(zone: Zone, seconds: number): boolean {
  const { hour, weekday } = zone.clockAt(seconds)
  return weekday >= 1 && weekday <= 5 && hour >= officeHours.opensAt && hour < officeHours.closesAt
}

/** The instant itself when the office is open, else the next opening. */
export function nextOfficeOpening(zone: Zone, seconds: number): number {
  if (isOfficeOpen(zone, seconds)) return seconds
  let day = zone.dayStart(seconds)
  for (let tries = 0; tries < 8; tries++) {
    const opening = day + officeHours.opensAt * hourSeconds
    const { weekday } = zone.clockAt(day + 12 * hourSeconds)
    if (opening >= seconds && weekday >= 1 && weekday <= 5) return opening
    day = zone.nextDayStart(day)
  }
  return seconds
}

/** Seconds of [from, to) that fall into office hours: what Intercom's time_to_* statistics count. */
export function officeSeconds(zone: Zone, from: number, to: number): number {
  let total = 0
  for (let day = zone.dayStart(from); day < to; day = zone.nextDayStart(day)) {
    const { weekday } = zone.clockAt(day + 12 * hourSeconds)
    if (weekday === 0 || weekday === 6) continue
    const start = Math.max(from, day + officeHours.opensAt * hourSeconds)
    const end = Math.min(to, day + officeHours.closesAt * hourSeconds)
    if (end > start) total += end - start
  }
  return total
}
