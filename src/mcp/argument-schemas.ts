import * as v from 'valibot'

/**
 * Building blocks of the tools' input schemas. Each carries a message that says what is allowed; the argument's
 * name and the value received are put around it by `describeArgumentIssues`.
 */

/** An object that takes exactly these entries and names what it does not know. */
export function strictArguments<const Entries extends v.ObjectEntries>(entries: Entries) {
  const known = Object.keys(entries)
  return v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') {
      return known.length === 0
        ? 'is not known: no arguments are taken here'
        : `is not known; known are: ${known.join(', ')}`
    }
    if (issue.received === 'undefined') return 'is required'
    return `must be an object with any of: ${known.join(', ')}`
  })
}

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number) {
  const allowed = `must be a whole number from ${min} to ${max}`
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed))
}

/** Any number from `min` to `max`, both included. */
export function numberBetween(min: number, max: number) {
  const allowed = `must be a number from ${min} to ${max}`
  return v.pipe(v.number(allowed), v.minValue(min, allowed), v.maxValue(max, allowed))
}

export function oneOf<const Options extends readonly string[]>(options: Options) {
  return v.picklist(options, `must be one of: ${options.join(', ')}`)
}

export function text(maxLength: number) {
  return v.pipe(
    v.string('must be a text'),
    v.maxLength(maxLength, `must be at most ${maxLength} characters long`),
  )
}

export function flag() {
  return v.boolean('must be true or false')
}

export function listOf<const Item extends v.GenericSchema>(item: Item, what: string) {
  return v.array(item, `must be a list of ${what}`)
}

/**
 * One item or a list of them; `what` is one item in words. `listedOption` (here and below) is the one option of the
 * union that clients are shown: models then know one way, and the list stays short.
 */
export function oneOrMore<const Item extends v.GenericSchema>(item: Item, what: string) {
  const allowed = `must be ${what}, or a list of such`
  return v.pipe(v.union([item, v.array(item, allowed)], allowed), v.metadata({ listedOption: 1 }))
}

const days = ['today', 'yesterday', 'last_7_days', 'last_30_days', 'last_90_days'] as const
const timeframeObject = strictArguments({
  start_date: v.optional(text(40)),
  end_date: v.optional(text(40)),
  relative: v.optional(oneOf(days)),
})

/** Words, or dates in an object. Which words can be read is decided where they are parsed. */
export function timeframe() {
  return v.union(
    [text(200), timeframeObject],
    'must be words such as "last week", or an object with start_date, end_date or relative',
  )
}

/** The same, listed as text only: what else is taken is shown where it stands in full. */
export function briefTimeframe(description: string) {
  return v.pipe(timeframe(), v.metadata({ listedOption: 0 }), v.description(description))
}
