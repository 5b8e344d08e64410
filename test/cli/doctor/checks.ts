import type { Check } from '../../../src/cli/doctor/check'
import { loadConfigLeniently } from '../../../src/config/load'
import { temporaryFolder } from '../../helpers/sqljs'

/** `id verdict` of each check. */
export function verdicts(checks: readonly Check[]): string[] {
  return checks.map(({ id, verdict }) => `${id} ${verdict}`)
}

export function find(checks: readonly Check[], id: string): Check | undefined {
  return checks.find((check) => check.id === id)
}

/** The configuration of a home folder under these variables, and no others. */
export function loadFrom(environment: Record<string, string>, home = temporaryFolder()) {
  return loadConfigLeniently({ home }, environment)
}
