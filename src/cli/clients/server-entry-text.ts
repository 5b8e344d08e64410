import type { Node } from 'jsonc-parser'
import {
  appendMember,
  applySplices,
  findMember,
  formatList,
  formatValue,
  indentAt,
  type Layout,
  parseJsonText,
  readLayout,
  readValue,
} from './json-text'

/** Where an entry stands in a client's file: the member that holds the servers, and its own name. */
export interface EntryPlace {
  serversKey: string
  entryName: string
}

export type EntryChange =
  | { outcome: 'unchanged' }
  | { outcome: 'added' | 'updated'; text: string }
  /** `reason` ends the sentence "FILE cannot be changed: …". */
  | { outcome: 'refused'; reason: string }

const byteOrderMark = '\uFEFF'

/**
 * Puts an entry into the text of a client's configuration. Everything else keeps its bytes: comments, other servers,
 * indentation, line ends, a byte order mark, trailing commas. Of an entry that is there only those members change
 * that say something else; what its user added to it stays. A text that is no JSON object, or whose servers are no
 * object, is refused.
 */
export function setServerEntry(text: string, place: EntryPlace, entry: Record<string, unknown>): EntryChange {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
  const change = setEntry(text.slice(mark.length), place, entry)
  return 'text' in change ? { ...change, text: mark + change.text } : change
}

/** The entries of a client's configuration by their names; null when it cannot be read. */
export function readServerEntries(text: string, serversKey: string): Record<string, unknown> | null {
  const { root, mistake } = parseJsonText(text.replace(byteOrderMark, ''))
  if (mistake !== null) return null
  if (root === null) return {}
  if (root.type !== 'object') return null
  const servers = findMember(root, serversKey)
  if (servers === null) return {}
  return servers.type === 'object' ? (readValue(servers) as Record<string, unknown>) : null
}

function setEntry(text: string, place: EntryPlace, entry: Record<string, unknown>): EntryChange {
  const { serversKey, entryName } = place
  const layout = readLayout(text)
  const { root, mistake } = parseJsonText(text)
  if (mistake !== null) return { outcome: 'refused', reason: mistake }
  if (root === null) return { outcome: 'added', text: text + createFile(text, place, entry, layout) }
  if (root.type !== 'object')
    return { outcome: 'refused', reason: `it holds ${describe(root)}, not an object` }
  const servers = findMember(root, serversKey)
  if (servers === null) {
    const splices = appendMember(text, root, serversKey, { [entryName]: entry }, layout)
    return { outcome: 'added', text: applySplices(text, splices) }
  }
  if (servers.type !== 'object') {
    return { outcome: 'refused', reason: `its "${serversKey}" is ${describe(servers)}, not an object` }
  }
  const present = findMember(servers, entryName)
  if (present === null) {
    return {
      outcome: 'added',
      text: applySplices(text, appendMember(text, servers, entryName, entry, layout)),
    }
  }
  return updateEntry(text, present, place, entry, layout)
}

/** One member at a time, each in a text that is read anew: so no two changes can get into each other's way. */
function updateEntry(
  text: string,
  present: Node,
  place: EntryPlace,
  entry: Record<string, unknown>,
  layout: Layout,
): EntryChange {
  if (!isOfOurKind(present)) {
    return { outcome: 'updated', text: replaceValue(text, present, entry, layout) }
  }
  const differing = Object.entries(entry).find(([name, value]) => !isSame(findMember(present, name), value))
  if (differing === undefined) return { outcome: 'unchanged' }
  const [name, value] = differing
  const member = findMember(present, name)
  const changed = member
    ? replaceValue(text, member, value, layout)
    : applySplices(text, appendMember(text, present, name, value, layout))
  const rest = setEntry(changed, place, entry)
  return rest.outcome === 'unchanged' ? { outcome: 'updated', text: changed } : rest
}

/** An entry that names an address is for another kind of server; its members would contradict ours. */
function isOfOurKind(entry: Node): boolean {
  if (entry.type !== 'object') return false
  const { type } = readValue(entry) as Record<string, unknown>
  return (
    ['url', 'serverUrl', 'httpUrl'].every((name) => findMember(entry, name) === null) &&
    (type === undefined || type === 'stdio')
  )
}

function replaceValue(text: string, node: Node, value: unknown, layout: Layout): string {
  const { offset, length } = node
  const gap = /,\S/.test(text.slice(offset, offset + length)) ? '' : ' '
  const formatted = Array.isArray(value)
    ? formatList(value, gap)
    : formatValue(value, layout, indentAt(text, offset))
  return applySplices(text, [{ offset, length, text: formatted }])
}

function isSame(node: Node | null, value: unknown): boolean {
  return node !== null && JSON.stringify(readValue(node)) === JSON.stringify(value)
}

function createFile(
  text: string,
  { serversKey, entryName }: EntryPlace,
  entry: Record<string, unknown>,
  layout: Layout,
): string {
  const gap = text === '' || text.endsWith('\n') ? '' : layout.eol
  return `${gap}${formatValue({ [serversKey]: { [entryName]: entry } }, layout, '')}${layout.eol}`
}

function describe({ type }: Node): string {
  return type === 'null'
    ? 'null'
    : type === 'array'
      ? 'a list'
      : type === 'object'
        ? 'an object'
        : `a ${type}`
}
