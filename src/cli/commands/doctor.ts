import { processEnvironment } from '../../config/environment'
import { loadConfigLeniently } from '../../config/load'
import type { VerifyAnswer } from '../../domain/verification'
import type { CommandContext } from '../command-context'
import { type Check, checkNames, fail, failFor, type Verdict } from '../doctor/check'
import { checkConfiguration } from '../doctor/configuration-checks'
import { checkFolder } from '../doctor/folder-checks'
import { checkIntercom } from '../doctor/intercom-checks'
import { checkStore, describeNoStore, hasStore } from '../doctor/store-checks'
import {
  isVerified,
  readVerificationOptions,
  showVerification,
  type VerificationOptions,
  verifyWithBar,
} from '../doctor/verification'
import { watchFetch } from '../doctor/watched-fetch'
import { type ExitCode, exitCodes } from '../exit-code'
import { asPlainLine, type Output } from '../output'
import { createIntercomApi } from '../runtime/intercom-api'
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
  const { checks, verification } = await diagnose(loaded, verify, context)
  const isWell =
    checks.every(({ verdict }) => verdict !== 'fail') &&
    (verify === null || (verification !== null && isVerified(verification)))
  const { home, profile } = loaded.config
  if (context.asJson) context.output.json({ ok: isWell, version, home, profile, checks, verification })
  else {
    showChecks(checks, context.output)
    if (verification) showVerification(verification, context.output)
  }
  return isWell ? exitCodes.done : exitCodes.failed
}

async function diagnose(
  loaded: ReturnType<typeof loadConfigLeniently>,
  verify: VerificationOptions | null,
  context: CommandContext,
): Promise<Diagnosis> {
  const { config } = loaded
  const { signal } = context
  const watched = watchFetch()
  const logger = createCommandLogger(config)
  const checks = [
    ...checkConfiguration(loaded),
    ...(await checkIntercom({
      ...{ config, watched, signal },
      createApi: (settings) => createIntercomApi(settings, logger, watched.fetch),
    })),
    ...checkFolder(config),
  ]
  if (!hasStore(config)) {
    checks.push(describeNoStore())
    if (verify) checks.push(fail('comparison', 'There is nothing stored to compare', null))
    return { checks, verification: null }
  }
  return withRuntime(config, signal, async ({ service }) => {
    checks.push(...(await checkStore(service, signal)))
    const isReadable = checks.every(({ id, verdict }) => id !== 'owner' || verdict !== 'fail')
    if (verify === null || !isReadable) return { checks, verification: null }
    try {
      return { checks, verification: await verifyWithBar(verify, service, context) }
    } catch (error) {
      signal.throwIfAborted()
      return { checks: [...checks, failFor('comparison', error)], verification: null }
    }
  })
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
    output.line(`${marks[verdict]} ${style(checkNames[id].padEnd(width), 'dim')}  ${asPlainLine(finding)}`)
    if (mend !== null) output.line(`  ${' '.repeat(width)}  ${asPlainLine(mend)}`)
  }
}
