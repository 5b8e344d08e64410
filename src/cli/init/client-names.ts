import { UsageError } from '../arguments'
import { type ClientName, clientNames } from '../clients/client-places'

/** What `--client` names: clients, or all that are found on this machine. */
export type NamedClients = readonly ClientName[] | 'all'

/** Reads the value of `--client`. Throws UsageError for a name that it does not know, and says which ones it does. */
export function readClientNames(text: string): NamedClients {
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  const allowed = `Allowed: ${clientNames.join(', ')} (several with commas), all or none.`
  const unknown = names.find((name) => !isClientName(name) && name !== 'all' && name !== 'none')
  if (unknown !== undefined || names.length === 0) {
    throw new UsageError(`--client ${unknown ?? '""'} is no client that is known here.`, { hint: allowed })
  }
  const known = names.filter(isClientName)
  const words = new Set(names.filter((name) => !isClientName(name)))
  if (words.has('none') && (words.has('all') || known.length > 0)) {
    throw new UsageError('--client none stands alone.', { hint: allowed })
  }
  return words.has('all') ? 'all' : clientNames.filter((name) => known.includes(name))
}

function isClientName(name: string): name is ClientName {
  return clientNames.some((known) => known === name)
}
