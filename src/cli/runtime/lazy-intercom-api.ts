import type { IntercomApi } from '../../intercom/api'

/**
 * An API whose client is loaded by the first question to it: `status` and `search` of what is stored need none, and
 * would wait for the code of HTTP and HTML. Until then nothing has been sent, so its figures are those of a new client.
 */
export function createLazyIntercomApi(
  load: () => Promise<IntercomApi>,
  now: () => number = Date.now,
): IntercomApi {
  let loaded: IntercomApi | null = null
  let loading: Promise<IntercomApi> | null = null
  const use = (): Promise<IntercomApi> => {
    loading ??= load().then((api) => {
      loaded = api
      return api
    })
    return loading
  }
  return {
    fetchMe: async (...args) => (await use()).fetchMe(...args),
    async *searchConversations(...args) {
      yield* (await use()).searchConversations(...args)
    },
    async *searchOpenConversations(...args) {
      yield* (await use()).searchOpenConversations(...args)
    },
    countConversations: async (...args) => (await use()).countConversations(...args),
    fetchConversation: async (...args) => (await use()).fetchConversation(...args),
    async *listDeleted(...args) {
      yield* (await use()).listDeleted(...args)
    },
    fetchContact: async (...args) => (await use()).fetchContact(...args),
    fetchContacts: async (...args) => (await use()).fetchContacts(...args),
    listAdmins: async (...args) => (await use()).listAdmins(...args),
    listTeams: async (...args) => (await use()).listTeams(...args),
    listTags: async (...args) => (await use()).listTags(...args),
    checkTicketPermission: async (...args) => (await use()).checkTicketPermission(...args),
    missingPermissions: () => loaded?.missingPermissions() ?? [],
    now: () => loaded?.now() ?? now() / 1000,
    rateLimit: () => loaded?.rateLimit() ?? null,
    requestCounts: () => loaded?.requestCounts() ?? { sent: 0, rateLimited: 0 },
  }
}
