import type { JsonObject } from './conversation'

/** What figures need of Intercom's `statistics`. Times are epoch seconds; `*Seconds` leave out closed hours. */
export interface ConversationStatistics {
  firstContactAt: number | null
  firstAdminReplyAt: number | null
  firstCloseAt: number | null
  lastCloseAt: number | null
  reopens: number | null
  officeResponseSeconds: number | null
  officeFirstCloseSeconds: number | null
  officeLastCloseSeconds: number | null
}

/** Reads them; what is absent or not a number is null. */
export function readStatistics(sent: JsonObject | null): ConversationStatistics {
  const number = (name: string): number | null => {
    const value = sent?.[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : null
  }
  return {
    firstContactAt: number('first_contact_reply_at'),
    firstAdminReplyAt: number('first_admin_reply_at'),
    firstCloseAt: number('first_close_at'),
    lastCloseAt: number('last_close_at'),
    reopens: number('count_reopens'),
    officeResponseSeconds: number('time_to_admin_reply'),
    officeFirstCloseSeconds: number('time_to_first_close'),
    officeLastCloseSeconds: number('time_to_last_close'),
  }
}
