import * as v from 'valibot'

/** Building blocks of the tools' output schemas; the answers they describe are declared in `domain/answers.ts`. */

export const nullableString = v.nullable(v.string())
export const nullableNumber = v.nullable(v.number())
export const jsonObject = v.record(v.string(), v.unknown())

const interval = v.pipe(v.array(v.string()), v.length(2))

/** A `[from, to]` pair; a plain array in JSON Schema, because tuples are twice as long and read by few clients. */
export const intervals = v.array(interval)

export const freshness = v.object({
  as_of: nullableString,
  age_seconds: nullableNumber,
  stale: v.boolean(),
  coverage: v.picklist(['full', 'partial', 'none']),
  gaps: intervals,
  refresh: v.picklist(['none', 'started', 'running', 'failed', 'unavailable']),
  refresh_error: v.nullable(
    v.object({ code: v.picklist(['unauthorised', 'throttled', 'offline', 'server']), message: v.string() }),
  ),
  message: v.string(),
})

/** The same with its fields listed, where a client sees it first. */
export const listedFreshness = v.pipe(freshness, v.metadata({ listedDepth: 1 }))

/** What is still to be fetched. */
export const syncEstimate = v.object({
  conversations: v.number(),
  requests: v.number(),
  seconds: nullableNumber,
})

/** A person or team; `id` is absent from concise hits. */
export const namedRef = v.nullable(v.object({ id: v.optional(v.string()), name: nullableString }))

export const customerRef = v.nullable(
  v.object({ id: v.optional(v.string()), name: nullableString, email: v.optional(nullableString) }),
)
