import { ConfigurationError } from '../../domain/errors'
import { showWhile } from '../progress-bar'
import { createIntercomApi } from '../runtime/intercom-api'
import { createCommandLogger } from '../use-service'
import type { InitSession } from './session'
import { isRefusal, type SignedIn, signIn } from './sign-in'
import { type Wishes, withTyped } from './wishes'

/**
 * Signs in with the token that is known, or with one that is typed: a wrong one is said to be so and asked for again.
 * With nobody to ask it rejects instead.
 */
export async function signInPatiently(
  session: InitSession,
  options: { anew: boolean },
): Promise<SignedIn & { isTyped: boolean }> {
  const { context, questions, screen, wishes } = session
  let token = options.anew && questions ? await questions.askToken() : null
  while (true) {
    try {
      const config = withTyped(wishes, { token })
      if (config.accessToken !== null) {
        const signedIn = await showWhile('Asking Intercom', context, () =>
          signIn(config, {
            isRegionChosen: isRegionChosen(wishes),
            createApi: (settings) => createIntercomApi(settings, createCommandLogger(settings)),
            signal: context.signal,
          }),
        )
        return { ...signedIn, isTyped: token !== null }
      }
      if (questions === null) refuseWithoutToken()
    } catch (error) {
      const isTyped = token !== null
      const mayBeTypedAgain = isRefusal(error) || (isTyped && error instanceof ConfigurationError)
      if (questions === null || !mayBeTypedAgain) throw error
      screen.warn(isTyped ? describeRefusal(error, wishes) : refusedAsSet)
    }
    token = await questions.askToken()
  }
}

const refusedAsSet = 'Intercom refused the token that is set up here. It may have been revoked.'

function isRegionChosen({ flags, environment }: Wishes): boolean {
  return flags.region !== undefined || Boolean(environment.INTERCOM_REGION?.trim())
}

function describeRefusal(error: unknown, wishes: Wishes): string {
  if (error instanceof ConfigurationError) return `${error.message} ${error.hint ?? ''}`
  return isRegionChosen(wishes)
    ? 'Intercom refused this token in that region. Was it copied whole, and is the region right?'
    : 'Intercom refused this token. Was it copied whole?'
}

function refuseWithoutToken(): never {
  throw new ConfigurationError('There is no access token.', {
    hint: 'Give --token TOKEN, pipe it in with --token -, or set INTERCOM_ACCESS_TOKEN.',
  })
}
