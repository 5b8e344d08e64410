import { join } from 'node:path'

/** Where a home folder's log is. */
export function logFilePath(home: string): string {
  return join(home, 'logs', 'fast-intercom-mcp.log')
}
