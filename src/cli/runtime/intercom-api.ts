import type { Config } from '../../config/finalize'
import type { IntercomApi } from '../../intercom/api'
import { createIntercomClient } from '../../intercom/client'
import type { Logger } from '../../logger'
import { version } from '../version'

/**
 * The client for a configuration with a token, sending through `sender` where one is given. Throws ConfigurationError
 * for one that cannot be used.
 */
export function createIntercomApi(config: Config, logger: Logger, sender?: typeof fetch): IntercomApi {
  const { accessToken, region, apiUrl, apiVersion } = config
  return createIntercomClient({
    ...{ token: accessToken ?? '', region, apiUrl, apiVersion, version, logger },
    fetch: sender,
  })
}
