import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { processEnvironment } from '../../config/environment'
import type { ClientMachine } from './client-places'

/** This machine, as clients that its user starts see it. */
export function thisClientMachine(): ClientMachine {
  return {
    platform: process.platform,
    environment: processEnvironment(),
    userFolder: homedir(),
    exists: existsSync,
  }
}
