import * as v from 'valibot'
import type { SettingKey } from './variables'

export const regions = ['us', 'eu', 'au'] as const
export type Region = (typeof regions)[number]

const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

const text = v.pipe(v.string(), v.trim())

/** A number, or text that is nothing but a number, as variables and flags carry it. */
function number(least: number, most: number) {
  return v.pipe(
    v.union([v.number(), v.pipe(text, v.regex(/^[+-]?(\d+\.?\d*|\.\d+)$/), v.transform(Number))]),
    v.minValue(least),
    v.maxValue(most),
  )
}

function wholeNumber(least: number, most: number) {
  return v.pipe(number(least, most), v.integer())
}

const lowerCase = v.pipe(text, v.toLowerCase())

/** One rule for each setting, and what to tell a person whose value breaks it. */
export const settingSchemas = {
  // Anything a header can carry; tokens may end in "=". People paste them with the word from the documentation.
  accessToken: {
    schema: v.pipe(
      text,
      v.transform((token) => token.replace(/^bearer\s+/i, '')),
      v.regex(/^[\x21-\x7e]+$/),
    ),
    allowed: 'one word of visible ASCII characters, as Intercom shows it under Configure > Authentication',
  },
  region: { schema: v.pipe(lowerCase, v.picklist(regions)), allowed: 'us, eu or au' },
  apiUrl: {
    schema: v.pipe(
      text,
      v.check(isPlainHttpUrl),
      v.transform((url) => url.replace(/\/+$/, '')),
    ),
    allowed: 'a base URL such as https://api.intercom.io, without user name, query or fragment',
  },
  apiVersion: {
    schema: v.pipe(text, v.regex(/^(\d{1,2}\.\d{1,3}|Preview|Unstable)$/)),
    allowed: 'a version such as 2.16',
  },
  home: { schema: v.pipe(text, v.minLength(1)), allowed: 'the path of a folder' },
  dbPath: { schema: v.pipe(text, v.minLength(1)), allowed: 'the path of a file' },
  logLevel: {
    schema: v.pipe(
      lowerCase,
      v.transform((level) => (level === 'warning' ? 'warn' : level)),
      v.picklist(logLevels),
    ),
    allowed: 'ERROR, WARN, INFO or DEBUG',
  },
  maxSyncAgeMinutes: { schema: number(0, 525_600), allowed: 'minutes from 0 to 525600, such as 5 or 0.5' },
  backgroundSyncIntervalMinutes: {
    schema: number(0, 10_080),
    allowed: 'minutes from 0 (off) to 10080, a week',
  },
  initialSyncDays: { schema: wholeNumber(1, 36_500), allowed: 'a whole number of days from 1 to 36500' },
  syncDays: { schema: wholeNumber(0, 36_500), allowed: 'a whole number of days from 0 to 36500' },
  backfillLimit: {
    schema: wholeNumber(0, 10_000_000),
    allowed: 'a whole number of conversations from 0 to 10000000',
  },
  cacheTtlSeconds: { schema: number(0, 86_400), allowed: 'seconds from 0 (off) to 86400, a day' },
} satisfies Record<SettingKey, { schema: v.GenericSchema<unknown, unknown>; allowed: string } | object>

function isPlainHttpUrl(candidate: string): boolean {
  const url = URL.canParse(candidate) ? new URL(candidate) : null
  if (!url || !['http:', 'https:'].includes(url.protocol)) return false
  return url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

export const settingDefaults = {
  accessToken: null,
  region: 'us',
  apiUrl: null,
  apiVersion: '2.16',
  logLevel: 'info',
  maxSyncAgeMinutes: 5,
  backgroundSyncIntervalMinutes: 10,
  initialSyncDays: 30,
  syncDays: 7,
  backfillLimit: 10_000,
  cacheTtlSeconds: 300,
} as const
