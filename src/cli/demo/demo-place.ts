import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder } from '../../config/config-file'
import { processEnvironment } from '../../config/environment'
import { type Config, finalizeConfig } from '../../config/finalize'
import { loadPlace } from '../../config/load'
import { readWholeNumber } from '../arguments'
import type { CommandContext } from '../command-context'
import { isStoreInUse } from '../runtime/store-in-use'

/** What makes one sample workspace: the same three numbers give the same conversations on every machine. */
export interface DemoWorld {
  seed: number
  size: number
  /** Epoch seconds at which its history ends. */
  now: number
}

/** The token of the sample workspace; it opens nothing but the simulator on this machine. */
export const sampleToken = 'sample-workspace'

const defaultSeed = 1
const defaultSize = 2_500

/** A sample workspace whose history ended longer ago has nothing to say about "last week". */
const maxAgeSeconds = 24 * 3_600

/** Seed and size as asked for, or the defaults. Throws UsageError for what cannot be used. */
export function readDemoOptions(options: CommandContext['options']): { seed: number; size: number } {
  return {
    seed: readWholeNumber(options, 'seed', 0, 2_147_483_647) ?? defaultSeed,
    size: readWholeNumber(options, 'size', 50, 100_000) ?? defaultSize,
  }
}

/**
 * The folder of one sample workspace, `demo/SEED-SIZE` in the home folder, so that another seed never meets the data
 * of this one. It belongs to no profile.
 */
export function findDemoFolder(
  { flags }: CommandContext,
  { seed, size }: { seed: number; size: number },
): string {
  return join(
    loadPlace({ ...flags, profile: undefined }, processEnvironment()).home,
    'demo',
    `${seed}-${size}`,
  )
}

/**
 * The world of a demo folder: the one that is there while it is young or somebody serves it, else a new one, whose
 * history ends now. With `fresh` also a young one is replaced, unless somebody serves it.
 */
export async function prepareDemoWorld(
  folder: string,
  asked: { seed: number; size: number },
  { fresh, nowSeconds }: { fresh: boolean; nowSeconds: number },
): Promise<DemoWorld> {
  const existing = readWorld(folder)
  const isServed = existing !== null && (await isStoreInUse(join(folder, 'data.db')))
  const isYoung = existing !== null && nowSeconds - existing.now < maxAgeSeconds
  if (existing !== null && (isServed || (isYoung && !fresh))) return existing
  makePrivateFolder(folder)
  for (const name of readdirSync(folder)) {
    if (name === worldFile || name.startsWith('data.db')) rmSync(join(folder, name), { force: true })
  }
  const world = { ...asked, now: nowSeconds }
  writeFileSync(join(folder, worldFile), `${JSON.stringify(world)}\n`, { mode: 0o600 })
  return world
}

const worldFile = 'demo.json'

function readWorld(folder: string): DemoWorld | null {
  try {
    const world = JSON.parse(readFileSync(join(folder, worldFile), 'utf8')) as Partial<DemoWorld> | null
    const { seed, size, now } = world ?? {}
    const isWhole = [seed, size, now].every((number) => Number.isSafeInteger(number))
    return isWhole ? (world as DemoWorld) : null
  } catch {
    return null
  }
}

/**
 * The configuration of a sample workspace. Token, region and address of the environment and of config.json have no
 * part in it: nothing of a real workspace comes near the demo, and nothing of the demo near a real one. The first
 * sync reaches back to the workspace's beginning, so that everything is covered.
 */
export function createDemoConfig(folder: string, workspaceCreatedAt: number): Config {
  const days = Math.ceil((Date.now() / 1000 - workspaceCreatedAt) / 86_400) + 1
  const settings = {
    accessToken: { value: sampleToken, source: 'the sample workspace' },
    initialSyncDays: { value: days, source: 'the sample workspace' },
  }
  return finalizeConfig(settings, { home: folder, profile: null })
}
