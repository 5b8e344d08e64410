/** One line of a difference: kept, taken away or added, with its number in the file it is from. */
export interface DiffLine {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Lines shown before and after what changes. */
const contextLines = 2
/** Beyond, a line is shown only around what changes in it: a file on one line would fill the screen. */
const longestLine = 72
const keptAround = 24

/** The lines of a file that differ, with a few around them. Line ends and a byte order mark are no difference. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++
  let tail = 0
  while (
    tail < Math.min(old.length, fresh.length) - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  ) {
    tail++
  }
  const middle = diffMiddle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail))
  const same = (text: string): DiffLine => ({ kind: 'same', text })
  return [
    ...old.slice(Math.max(0, head - contextLines), head).map(same),
    ...shortenPair(middle),
    ...old.slice(old.length - tail, old.length - tail + contextLines).map(same),
  ]
}

/** By the longest common subsequence; what differs in a configuration file is a few lines. */
function diffMiddle(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0))
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? []
    for (let j = fresh.length - 1; j >= 0; j--) {
      row[j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < fresh.length) {
    const [was, is] = [old[i], fresh[j]]
    if (was !== undefined && was === is) {
      lines.push({ kind: 'same', text: was })
      i++
      j++
    } else if (was !== undefined && (is === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: was })
      i++
    } else {
      lines.push({ kind: 'added', text: is ?? '' })
      j++
    }
  }
  return lines
}

function shortenPair(lines: DiffLine[]): DiffLine[] {
  const [was, is] = lines
  if (lines.length !== 2 || was?.kind !== 'removed' || is?.kind !== 'added') return lines
  if (was.text.length <= longestLine) return lines
  let head = 0
  while (head < was.text.length && was.text[head] === is.text[head]) head++
  let tail = 0
  const most = Math.min(was.text.length, is.text.length) - head
  while (tail < most && was.text.at(-1 - tail) === is.text.at(-1 - tail)) tail++
  const cut = (text: string) => {
    const [from, to] = [
      Math.max(0, head - keptAround),
      Math.min(text.length, text.length - tail + keptAround),
    ]
    return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
  }
  return [
    { kind: 'removed', text: cut(was.text) },
    { kind: 'added', text: cut(is.text) },
  ]
}

function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}
