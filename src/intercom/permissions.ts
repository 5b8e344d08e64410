import { IntercomApiError } from '../domain/errors'
import type { Logger } from '../logger'
import type { RequestOptions, SearchPage } from './api'
import { toMissingPermission } from './errors'
import { operations, ticketPermission } from './operations'
import { isObject } from './schemas'
import type { Transport } from './transport'

export interface Permissions {
  /** Passes a search on, and remembers from it that conversations may be searched. */
  watchSearch(pages: AsyncGenerator<SearchPage>): AsyncGenerator<SearchPage>
  /** Passes the request for one conversation on, and tells a refusal that concerns tickets as such. */
  watchConversation<T>(request: Promise<T>): Promise<T>
  /** Asks Intercom; what it answers to nobody else's question is no failure. */
  checkTickets(options?: RequestOptions): Promise<void>
  missing(): readonly string[]
}

/**
 * Permissions whose lack makes no request fail, or not all of its kind. Without "Read tickets" a conversation that is
 * a ticket is left out of searches, and refused when it is asked for by its id.
 */
export function createPermissions(transport: Transport, logger: Logger): Permissions {
  let maySearch = false
  let mayRead = false
  let wasRefused = false
  let lacksTickets = false

  function learn(lacks: boolean): void {
    if (lacks && !lacksTickets) {
      logger.warn('The access token may not read tickets: conversations that are tickets are missing', {
        permission: ticketPermission,
      })
    }
    lacksTickets = lacks
  }

  return {
    async *watchSearch(pages) {
      for await (const page of pages) {
        maySearch = true
        yield page
      }
    },
    async watchConversation(request) {
      try {
        const answer = await request
        mayRead = true
        if (wasRefused) learn(true)
        wasRefused = false
        return answer
      } catch (error) {
        // Who may search may read conversations; one that is refused all the same is a ticket.
        if (!maySearch || !isRefused(error)) throw error
        // Unless none can be read, for whatever reason: that is to stop a run, which tickets do not.
        if (mayRead) learn(true)
        else wasRefused = true
        throw toMissingPermission(error, 'reading a conversation that is a ticket', ticketPermission)
      }
    },
    async checkTickets(options) {
      try {
        await transport.send(
          {
            operation: operations.tickets,
            path: '/tickets/search',
            body: () => ({
              query: { field: 'created_at', operator: '>', value: 0 },
              pagination: { per_page: 1 },
            }),
            parse: (json) => (isObject(json) ? json : null),
          },
          options,
        )
        learn(false)
      } catch (error) {
        const kind = error instanceof IntercomApiError ? error.kind : null
        if (kind === 'missing_scope') learn(true)
        // Without tickets in the plan there are none to be missing.
        else if (kind === 'plan') learn(false)
        else if (kind === null || kind === 'network' || kind === 'unauthorised') throw error
      }
    },
    missing: () => (lacksTickets ? [ticketPermission] : []),
  }
}

function isRefused(error: unknown): error is IntercomApiError {
  return error instanceof IntercomApiError && error.kind === 'missing_scope'
}
