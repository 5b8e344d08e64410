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
  /** Tries that may end in a time-out. */
  timeouts: number
}

/** A page of 100 hits has been seen to take 18 s on a large workspace. */
const searchTimeoutMs = 75_000
const timeoutMs = 30_000
/** With backoff about 25 s in all: the length of an ordinary hiccup. */
const attempts = 6
/** Half a minute each is long for one thread or name, which the next run asks for again. */
const timeouts = 2
/** Each of them halves the page at least: at the last try it is one row. */
const pageTimeouts = attempts
/** What a run begins with: an API that is down is found out in seconds. */
const firstAttempts = 3

const readConversations = 'Read conversations'
/** Without it a conversation that is a ticket is neither found nor told. */
export const ticketPermission = 'Read tickets'
const readContacts = 'Read and list users and companies'

export const operations = {
  /** A person waits for this one (init), so it gives up soon. */
  me: {
    name: 'me',
    doing: 'checking the token',
    permission: 'Read admins',
    timeoutMs,
    attempts: firstAttempts,
    timeouts,
  },
  search: {
    name: 'search',
    doing: 'searching conversations',
    permission: readConversations,
    timeoutMs: searchTimeoutMs,
    attempts,
    timeouts: pageTimeouts,
  },
  count: {
    name: 'count',
    doing: 'counting conversations',
    permission: readConversations,
    timeoutMs: searchTimeoutMs,
    attempts,
    timeouts: pageTimeouts,
  },
  conversation: {
    name: 'conversation',
    doing: 'reading a conversation',
    permission: readConversations,
    timeoutMs,
    attempts,
    timeouts,
  },
  deleted: {
    name: 'deleted',
    doing: 'listing deleted conversations',
    permission: readConversations,
    timeoutMs,
    attempts,
    timeouts: pageTimeouts,
  },
  contact: {
    name: 'contact',
    doing: 'reading a contact',
    permission: readContacts,
    timeoutMs,
    attempts,
    timeouts,
  },
  contacts: {
    name: 'contacts',
    doing: 'reading contacts',
    permission: readContacts,
    timeoutMs,
    attempts,
    timeouts,
  },
  tickets: {
    name: 'tickets',
    doing: 'asking whether tickets may be read',
    permission: ticketPermission,
    timeoutMs,
    attempts: firstAttempts,
    timeouts,
  },
  admins: {
    name: 'admins',
    doing: 'listing teammates',
    permission: 'Read admins',
    timeoutMs,
    attempts: firstAttempts,
    timeouts,
  },
  teams: {
    name: 'teams',
    doing: 'listing teams',
    permission: 'Read admins',
    timeoutMs,
    attempts: firstAttempts,
    timeouts,
  },
  tags: {
    name: 'tags',
    doing: 'listing tags',
    permission: 'Read tags',
    timeoutMs,
    attempts: firstAttempts,
    timeouts,
  },
} satisfies Record<string, Operation>
