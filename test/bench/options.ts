import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What a run of the benchmark may be told. */
export interface BenchOptions {
  /** Conversations of the large store. */
  size: number
  /** Conversations of the small store that the large one is compared with; 0 leaves it out. */
  small: number
  /** Starts of each kind whose median is taken. */
  rounds: number
  /** One part of the benchmark alone; null for all. */
  only: BenchPart | null
  /** How long the syncs under low limits take; 0 leaves them out. */
  minutes: number
  /** The folder of the built program. */
  dist: string
  json: boolean
}

/**
 * What a store does when the API is instant, how soon commands answer, how searches and analyses are answered, and what
 * becomes of the rate limit when the API is slow.
 */
const benchParts = ['store', 'start', 'search', 'analysis', 'rate'] as const
export type BenchPart = (typeof benchParts)[number]

export const usage = `npm run bench -- [--size 40000] [--small 2000] [--rounds 15] [--minutes 1] [--only store|start|search|analysis|rate] [--dist dist] [--json]
CORPUS=<dialogues.ndjson.gz> names the dialogues to use.`

/** Reads the command line; throws with the usage for what it does not know. */
export function parseOptions(argv: string[]): BenchOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      size: { type: 'string', default: '40000' },
      small: { type: 'string', default: '2000' },
      rounds: { type: 'string', default: '15' },
      only: { type: 'string' },
      minutes: { type: 'string', default: '1' },
      dist: { type: 'string', default: 'dist' },
      json: { type: 'boolean', default: false },
    },
  })
  return {
    size: wholeNumber('size', values.size, 100),
    small: wholeNumber('small', values.small, 0),
    rounds: wholeNumber('rounds', values.rounds, 1),
    only: part(values.only),
    minutes: wholeNumber('minutes', values.minutes, 0),
    dist: resolve(values.dist),
    json: values.json,
  }
}

function part(text: string | undefined): BenchPart | null {
  if (text === undefined) return null
  const named = benchParts.find((one) => one === text)
  if (named !== undefined) return named
  throw new Error(`--only takes ${benchParts.join(', ')}.\n${usage}`)
}

function wholeNumber(name: string, text: string, lowest: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= lowest) return value
  throw new Error(`--${name} takes a whole number from ${lowest} on.\n${usage}`)
}
