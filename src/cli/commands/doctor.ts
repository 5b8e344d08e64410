import { processEnvironment } from '../../config/environment'
import type { Config } from '../../config/finalize'
import { loadConfigLeniently } from '../../config/load'
import { requireProfile } from '../../config/profiles'
import type { VerifyAnswer } from '../../domain/verification'
import type { CommandContext } from '../command-context'
import { type Check, checkNames, fail, failFor, ok, type Verdict } from '../doctor/check'
import { checkClients } from '../doctor/client-checks'
import { checkConfiguration } from '../doctor/configuration-checks'
import { checkFolder } from '../doctor/folder-checks'
import { checkIntercom } from '../doctor/intercom-checks'
import { checkStore, describeNoStore, hasStore } from '../doctor/store-checks'
import {
  isOfNothing,
  isVerified,
  readVerificationOptions,
  showVerification,
  type VerificationOptions,
  verifyWithBar,
} from '../doctor/verification'
import { watchFetch } from '../doctor/watched-fetch'
import { type ExitCode, exitCodes } from '../exit-code'
import { asPlainLine, type Output } from '../output'
import { hintHere } from '../place-hint'
import { showWhile } from '../progress-bar'
import { createIntercomApi } from '../runtime/intercom-api'
import { formatAmount } from '../units'
import { createCommandLogger, withRuntime } from '../use-service'
import { version } from '../version'

interface Diagnosis {
  checks: Check[]
  verification: VerifyAnswer | null
}

/**
 * `doctor`: looks at everything that could keep the program from working and says what to do about it; with
 * `--verify` it also compares what is stored with Intercom. It changes nothing.
 */
export async function runDoctor(context: CommandContext): Promise<ExitCode> {
  const verify = readVerificationOptions(context)
  const loaded = loadConfigLeniently(context.flags, processEnvironment())
  requireProfile(loaded.config)
  const report = context.asJson ? () => {} : (checks: readonly Check[]) => showChecks(checks, context.output)
  const { checks, verification } = await diagnose(loaded, verify, { ...context, report })
  const isWell =
    checks.every(({ verdict }) => verdict !== 'fail') &&
    (verify === null || (verification !== null && isVerified(verification)))
  const { home, profile } = loaded.config
  if (context.asJson) context.output.json({ ok: isWell, version, home, profile, checks, verification })
  else {
    if (verification) showVerification(verification, context.output)
    showSummary(checks, isWell, context.output)
  }
  return isWell ? exitCodes.done : exitCodes.failed
}

interface DiagnosisContext extends CommandContext {
  /** Told of the checks as they come: some wait for the network. */
  report: (checks: readonly Check[]) => void
}

async function diagnose(
  loaded: ReturnType<typeof loadConfigLeniently>,
  verify: VerificationOptions | null,
  context: DiagnosisContext,
): Promise<Diagnosis> {
  const { config } = loaded
  const { signal } = context
  const checks: Check[] = []
  const add = (found: readonly Check[]) => {
    const here = found.map((check) => ({ ...check, mend: check.mend && hintHere(check.mend, context.flags) }))
    checks.push(...here)
    context.report(here)
  }
  const fruitless = (comparison: Check): Diagnosis => {
    if (verify) add([comparison])
    return { checks, verification: null }
  }
  add([checkProgram(), ...checkConfiguration(loaded)])
  add(await askIntercom(checks, config, context))
  add(checkFolder(config))
  add(checkClients(config))
  if (!hasStore(config)) {
    add([describeNoStore()])
    return fruitless(nothingStored)
  }
  return withRuntime(config, signal, async ({ service }) => {
    const stored = await checkStore(service, signal)
    add(stored)
    if (stored.some(({ id, verdict }) => id === 'owner' && verdict === 'fail')) {
      return fruitless(fail('comparison', 'What is stored cannot be read', null))
    }
    if (verify === null) return { checks, verification: null }
    if (!isSafeToAsk(checks)) return fruitless(fail('comparison', 'Not without a safe API address', null))
    try {
      const verification = await verifyWithBar(verify, service, context)
      return isOfNothing(verification) ? fruitless(nothingStored) : { checks, verification }
    } catch (error) {
      signal.throwIfAborted()
      return fruitless(failFor('comparison', error))
    }
  })
}

const nothingStored = fail(
  'comparison',
  'There is nothing stored to compare',
  'Run: npx fast-intercom-mcp sync',
)

function isSafeToAsk(found: readonly Check[]): boolean {
  return found.every(({ id, verdict }) => id !== 'api_address' || verdict !== 'fail')
}

/** What Intercom says of the token. It is sent nowhere where others on the way could read it. */
async function askIntercom(
  found: readonly Check[],
  config: Config,
  { output, asJson, signal }: CommandContext,
): Promise<Check[]> {
  if (!isSafeToAsk(found) || config.accessToken === null) return []
  const watched = watchFetch()
  const logger = createCommandLogger(config)
  const createApi = (settings: Config) => createIntercomApi(settings, logger, watched.fetch)
  // In the middle of lines that come through a pipe it would stay where it was written.
  const isSeen = Number.isFinite(output.lineWidth)
  return showWhile('Asking Intercom', { output, asJson: asJson || !isSeen }, () =>
    checkIntercom({ config, watched, signal, createApi }),
  )
}

/** What a report of a fault should name first. */
function checkProgram(): Check {
  return ok(
    'program',
    `fast-intercom-mcp ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  )
}

/** The last line says what the exit code says. */
function showSummary(checks: readonly Check[], isWell: boolean, { line, style }: Output): void {
  const count = (wanted: Verdict) => checks.filter(({ verdict }) => verdict === wanted).length
  const [failed, warned] = [count('fail'), count('warn')]
  const warnings = warned === 0 ? '' : `${formatAmount(warned, 'thing')} to know of`
  line()
  if (isWell) line(style(warned === 0 ? 'All is well.' : `It works; ${warnings}.`, 'bold', 'green'))
  else {
    const found = [failed === 0 ? '' : `${formatAmount(failed, 'thing')} to mend`, warnings]
    line(
      style(`${found.filter(Boolean).join(', ') || 'What is stored differs from Intercom'}.`, 'bold', 'red'),
    )
  }
}

function showChecks(checks: readonly Check[], output: Output): void {
  const { style } = output
  const marks: Record<Verdict, string> = {
    ok: style('✓', 'green'),
    warn: style('!', 'yellow'),
    fail: style('✗', 'red'),
  }
  const width = Math.max(...Object.values(checkNames).map((name) => name.length))
  for (const { id, verdict, finding, mend } of checks) {
    output.item(`${marks[verdict]} ${style(checkNames[id].padEnd(width), 'dim')}  `, asPlainLine(finding))
    if (mend !== null) output.item(`  ${' '.repeat(width)}  `, asPlainLine(mend))
  }
}
