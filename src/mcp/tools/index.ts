import type { Tool } from '../tool'
import { analyzeConversations } from './analyze-conversations'
import { checkCoverage } from './check-coverage'
import { forceSync } from './force-sync'
import { getConversation, getConversationDetails } from './get-conversation'
import { getDataInfo } from './get-data-info'
import { getServerStatus } from './get-server-status'
import { getSyncStatus } from './get-sync-status'
import { searchConversations } from './search-conversations'
import { syncConversations } from './sync-conversations'

/** Every tool, in the order in which clients see them; clients cache the list, so the order stays. */
export const tools: readonly Tool[] = [
  searchConversations,
  getConversation,
  getConversationDetails,
  analyzeConversations,
  getServerStatus,
  getDataInfo,
  syncConversations,
  forceSync,
  getSyncStatus,
  checkCoverage,
]
