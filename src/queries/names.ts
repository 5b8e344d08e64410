import { UserInputError } from '../domain/errors'

/** What has a name, and an address where it is a person. */
export interface Named {
  id: string
  name: string | null
  email?: string | null
}

export type NamedKind = 'assignee' | 'team' | 'tag'

const plurals: Record<NamedKind, string> = { assignee: 'teammates', team: 'teams', tag: 'tags' }

const mostOffered = 10

/**
 * Ids of those who are called so: by the whole name, address or id, else by some words of the name if they fit one
 * alone ("Ana" for "Ana Example"). Case and accents are ignored. Rejects with UserInputError when several or none fit.
 */
export function findByName(asked: string, kind: NamedKind, known: readonly Named[]): string[] {
  const wanted = fold(asked)
  const whole = known.filter(({ id, name, email }) =>
    [id, name, email].some((label) => label != null && fold(label) === wanted),
  )
  if (whole.length > 0) return whole.map(({ id }) => id)
  // Words of a tag's name are tags of their own too often.
  const partly = kind === 'tag' ? [] : known.filter(({ name }) => name !== null && hasWords(name, wanted))
  if (partly.length > 1) {
    const names = partly.slice(0, mostOffered).map(({ name }) => name)
    throw new UserInputError(`"${asked}" fits several ${plurals[kind]}.`, {
      hint: `Give one of ${names.join(', ')}.`,
    })
  }
  if (partly.length === 0) throw unknownName(asked, kind, known)
  return partly.map(({ id }) => id)
}

function hasWords(name: string, wanted: string): boolean {
  const words = new Set(fold(name).split(/\s+/))
  return wanted.split(/\s+/).every((word) => words.has(word))
}

/** The same for names that differ in case and accents alone. */
export function fold(text: string): string {
  return text.trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function unknownName(asked: string, kind: NamedKind, known: readonly Named[]): UserInputError {
  const names = known.flatMap(({ name }) => name ?? [])
  const near = nearest(asked, names)
  const others =
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Known: ${names.slice(0, mostOffered).join(', ')}.`
  const hint =
    names.length === 0 ? `The names of ${plurals[kind]} have not been synced yet: give an id.` : others
  return new UserInputError(`No ${kind} is called "${asked}".`, { hint })
}

/** At most five names that share a word's beginning with what was asked, or differ from it by a few letters. */
function nearest(asked: string, names: readonly string[]): string[] {
  const word = fold(asked)
  return names
    .map((name) => ({ name, distance: nameDistance(word, fold(name)) }))
    .filter(({ distance }) => distance <= Math.max(2, word.length / 4))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 5)
    .map(({ name }) => name)
}

function nameDistance(word: string, name: string): number {
  if (word.length > 0 && name.includes(word)) return 0
  const parts = name.split(/\s+/)
  return Math.min(
    editDistance(word, name),
    ...parts.map((part) => editDistance(word.split(/\s+/)[0] ?? '', part)),
  )
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
