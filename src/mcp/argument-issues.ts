import * as v from 'valibot'

type Issue = v.BaseIssue<unknown>

const shownValueChars = 60

/** One sentence per wrong argument: its name, what is allowed, and what was received. */
export function describeArgumentIssues(issues: readonly Issue[]): string {
  const sentences = issues.flatMap((issue) => expandUnion(issue)).map(describeIssue)
  return [...new Set(sentences)].join('\n')
}

/** Inside a union the issues of the member that was meant (the ones deeper in) say more than the union's own. */
function expandUnion(issue: Issue): readonly Issue[] {
  const inner = issue.type === 'union' ? (issue.issues ?? []) : []
  const deeper = inner.filter((member) => member.path !== undefined || member.kind === 'validation')
  if (deeper.length === 0) return [issue]
  // The paths of a union's members start inside it.
  return deeper.map((member) => ({
    ...member,
    path: [...(issue.path ?? []), ...(member.path ?? [])] as Issue['path'],
  }))
}

function describeIssue(issue: Issue): string {
  const name = v.getDotPath(issue)
  if (name === null) return `The arguments ${issue.message}.`
  if (issue.expected === 'never') return `Argument "${shorten(name)}" ${issue.message}.`
  if (issue.message === 'is required') return `Argument "${name}" is required.`
  return `Argument "${name}" ${issue.message}; received ${showValue(issue.input)}.`
}

function showValue(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (value === undefined) return 'nothing'
  return shorten(JSON.stringify(value) ?? typeof value)
}

function shorten(written: string): string {
  return written.length > shownValueChars ? `${written.slice(0, shownValueChars)}…` : written
}
