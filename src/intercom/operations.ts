/** A kind of request: what to call it in a message, what it needs, how long it may take, how often it is tried. */
export interface Operation {
  /** Groups latencies and log lines. */
  name: string
  /** Completes "Intercom … while": a gerund. */
  doing: string
  /** The permission of the access token that it needs, in the words of Intercom's Developer Hub. */
  permission: string
  timeoutMs: number
  /** Tries in all, waits for the rate limit not counted. */
  attempts: number
}

/** A page of 100 hits has been seen to take 18 s on a large workspace. */
const searchTimeoutMs = 75_000
const timeoutMs = 30_000
/** With backoff about 25 s in all: the length of an ordinary hiccup. */
const attempts = 6
/** What a run begins with: an API that is down is found out in seconds. */
const firstAttempts = 3

const readConversations = 'Read conversations'
const readContacts = 'Read and list users and companies'

export const operations = {
  /** A person waits for this one (init), so it gives up soon. */
  me: {
    name: 'me',
    doing: 'checking the token',
    permission: 'Read admins',
    timeoutMs,
    attempts: firstAttempts,
  },
  search: {
    name: 'search',
    doing: 'searching conversations',
    permission: readConversations,
    timeoutMs: searchTimeoutMs,
    attempts,
  },
  count: {
    name: 'count',
    doing: 'counting conversations',
    permission: readConversations,
    timeoutMs: searchTimeoutMs,
    attempts,
  },
  conversation: {
    name: 'conversation',
    doing: 'reading a conversation',
    permission: readConversations,
    timeoutMs,
    attempts,
  },
  deleted: {
    name: 'deleted',
    doing: 'listing deleted conversations',
    permission: readConversations,
    timeoutMs,
    attempts,
  },
  contact: { name: 'contact', doing: 'reading a contact', permission: readContacts, timeoutMs, attempts },
  contacts: { name: 'contacts', doing: 'reading contacts', permission: readContacts, timeoutMs, attempts },
  admins: {
    name: 'admins',
    doing: 'listing teammates',
    permission: 'Read admins',
    timeoutMs,
    attempts: firstAttempts,
  },
  teams: {
    name: 'teams',
    doing: 'listing teams',
    permission: 'Read admins',
    timeoutMs,
    attempts: firstAttempts,
  },
  tags: { name: 'tags', doing: 'listing tags', permission: 'Read tags', timeoutMs, attempts: firstAttempts },
} satisfies Record<string, Operation>
