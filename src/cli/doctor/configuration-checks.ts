import type { Config } from '../../config/finalize'
import type { loadConfigLeniently } from '../../config/load'
import { intercomHosts } from '../../intercom/hosts'
import { type Check, fail, ok, warn } from './check'

type Loaded = ReturnType<typeof loadConfigLeniently>

const initHint = 'Run: npx fast-intercom-mcp init'

/** Whether the configuration can be read, whether it holds a token, and where that would be sent. */
export function checkConfiguration(loaded: Loaded): Check[] {
  const { config, problems } = loaded
  return [checkSettings(loaded), checkToken(config, problems.length > 0), checkAddress(config)]
}

function checkSettings({ config, problems, warnings, ignoredVariables }: Loaded): Check {
  const [problem] = problems
  if (problem) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
    return fail('configuration', `${problem.message}${more}`, problem.hint ?? initHint)
  }
  const [warning] = warnings
  if (warning) return warn('configuration', warning, 'Correct the name or remove it; it has no effect.')
  const { home, profile } = config
  // Most who set a variable once have forgotten it by the time they use a profile.
  const ignored =
    ignoredVariables.length === 0
      ? ''
      : `; ${ignoredVariables.join(', ')} of the environment ${ignoredVariables.length === 1 ? 'does' : 'do'} not count for profile ${profile}`
  return ok('configuration', `Readable; home folder ${home}${ignored}`)
}

/** While something is wrong with the settings there is no token on purpose: it could go to the wrong address. */
function checkToken({ accessToken }: Config, hasProblems: boolean): Check {
  if (accessToken !== null) return ok('token', `Present, ${accessToken.length} characters`)
  if (hasProblems)
    return fail('token', 'Not used as long as the configuration is wrong', 'Mend the configuration first.')
  return fail('token', 'There is no access token', `${initHint} (or set INTERCOM_ACCESS_TOKEN).`)
}

function checkAddress({ apiUrl, apiVersion, region }: Config): Check {
  const address = apiUrl ?? intercomHosts[region]
  const { protocol, hostname } = new URL(address)
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  const finding = `${address}, version ${apiVersion}`
  if (protocol === 'http:' && !isLoopback) {
    return fail(
      'api_address',
      `${finding}: the token would travel unencrypted`,
      'Use an https address in INTERCOM_API_URL or config.json.',
    )
  }
  if (apiUrl !== null && !Object.values<string>(intercomHosts).includes(apiUrl)) {
    return isLoopback
      ? ok('api_address', `${finding} (on this machine, not Intercom itself)`)
      : warn(
          'api_address',
          `${finding}: not one of Intercom's own addresses`,
          'Make sure that you trust it with the token, or remove INTERCOM_API_URL.',
        )
  }
  return ok('api_address', finding)
}
