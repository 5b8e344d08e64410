import { AppError, NotFoundError, UserInputError } from '../../domain/errors'
import type { Logger } from '../../logger'
import type { CallOptions, Service } from '../../service/service'
import { describeBug } from '../error-result'
import { errorCodes, ProtocolError, quoteShortly } from '../protocol-error'
import { describeStatus } from '../tools/get-server-status'
import type { ResourceSources } from './resource-list'
import { parseResourceUri, type ResourceTarget } from './resource-uri'
import { describeThread } from './thread-markdown'

/**
 * The text behind a URI, under the URI that was asked for. Rejects with a ProtocolError: what does not exist as
 * "resource not found" with the URI, what cannot be read as invalid parameters, everything else as internal.
 */
export async function readResource(uri: string, { getService, logger }: ResourceSources, call: CallOptions) {
  const target = parseResourceUri(uri)
  if (target.kind === 'unknown') throw notFound(uri, `There is no resource ${quoteShortly(uri)}.`)
  try {
    const text = await readText(target, await getService(), call)
    return { contents: [{ uri, mimeType: 'text/markdown', text }] }
  } catch (error) {
    // Nobody reads the answer of a cancelled request.
    if (call.signal?.aborted) throw error
    throw toProtocolError(error, uri, logger)
  }
}

async function readText(
  target: Exclude<ResourceTarget, { kind: 'unknown' }>,
  service: Service,
  call: CallOptions,
): Promise<string> {
  if (target.kind === 'status') {
    const lines = describeStatus(await service.getServerStatus({}, call)).split('\n')
    return ['# Status of the local copy', '', ...lines.map((line) => `- ${line}`)].join('\n')
  }
  const { id, cursor } = target
  const request = { conversation_id: id, ...(cursor === undefined ? {} : { cursor }) }
  return describeThread(await service.getConversation(request, call))
}

function notFound(uri: string, message: string): ProtocolError {
  return new ProtocolError(errorCodes.resourceNotFound, message, { uri })
}

function toProtocolError(error: unknown, uri: string, logger: Logger): ProtocolError {
  if (error instanceof NotFoundError) return notFound(uri, error.message)
  if (error instanceof AppError) {
    const code = error instanceof UserInputError ? errorCodes.invalidParams : errorCodes.internal
    const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`
    return new ProtocolError(code, message, { uri, code: error.code })
  }
  logger.error('a resource could not be read', { error: describeBug(error) })
  return new ProtocolError(errorCodes.internal, 'An unexpected error inside the server.', { uri })
}
