import { readTopicWords, type TopicWord } from './topic-terms'
import type { TopicTerm } from './topics'

/** A topic for a reader. */
export interface TopicLabel {
  label: string
  /** Words and phrases as people write them, most characteristic first. */
  terms: string[]
}

/** What a topic is labelled from: its terms, and what was written in some typical conversations. */
export interface LabelSource {
  terms: readonly TopicTerm[]
  texts: readonly string[]
}

const termsShown = 8

/** The topic's first words alone can name it; those further down only complete a phrase. */
const namingTerms = 3

/** A phrase names a topic when its word stands in it in at least this part of the places. */
const phraseShare = 0.3
const fewestPhrases = 2

/** Labels in the order of the topics, each different from the others. */
export function labelTopics(sources: readonly LabelSource[]): TopicLabel[] {
  const labels: TopicLabel[] = []
  for (const source of sources) {
    const terms = readableTerms(source)
    labels.push({ label: freeLabel(terms, new Set(labels.map(({ label }) => label))), terms })
  }
  return labels
}

/** One or two terms, more only where another topic has the same. */
function freeLabel(terms: readonly string[], taken: ReadonlySet<string>): string {
  for (let count = 2; count < terms.length; count++) {
    const label = terms.slice(0, count).join(', ')
    if (!taken.has(label)) return label
  }
  const label = terms.join(', ') || 'unnamed'
  for (let number = 2; taken.has(label); number++) {
    if (!taken.has(`${label} (${number})`)) return `${label} (${number})`
  }
  return label
}

function readableTerms({ terms, texts }: LabelSource): string[] {
  const places = new Map(terms.map(({ hash }, place) => [hash, place]))
  const forms = countForms(texts, places)
  const phrases = countPhrases(texts, places)
  const shown: string[] = []
  const used = new Set<number>()
  for (const { hash } of terms) {
    if (shown.length >= termsShown) break
    const form = mostFrequent(forms.get(hash))
    if (form === null || used.has(hash)) continue
    const phrase = (places.get(hash) ?? 0) < namingTerms ? bestPhrase(hash, form.total, phrases, used) : null
    for (const member of phrase?.hashes ?? [hash]) used.add(member)
    shown.push(phrase?.text ?? form.text)
  }
  return shown
}

type FormCounts = Map<string, number>

/** How often each form of each term was written. */
function countForms(texts: readonly string[], places: ReadonlyMap<number, number>): Map<number, FormCounts> {
  const forms = new Map<number, FormCounts>()
  for (const text of texts) {
    for (const { hash, surface } of readTopicWords(text)) {
      if (!places.has(hash)) continue
      const counts = forms.get(hash) ?? new Map<string, number>()
      const form = plainForm(surface)
      forms.set(hash, counts.set(form, (counts.get(form) ?? 0) + 1))
    }
  }
  return forms
}

interface Phrase {
  text: string
  hashes: readonly [number, number]
  count: number
}

/** Pairs of the topic's words that stand side by side. */
function countPhrases(texts: readonly string[], places: ReadonlyMap<number, number>): Phrase[] {
  const phrases = new Map<string, Phrase & { forms: FormCounts }>()
  for (const text of texts) {
    let before: TopicWord | null = null
    for (const word of readTopicWords(text)) {
      if (
        before &&
        word.follows &&
        word.hash !== before.hash &&
        places.has(before.hash) &&
        places.has(word.hash)
      ) {
        const key = `${before.hash} ${word.hash}`
        const phrase = phrases.get(key) ?? {
          text: '',
          hashes: [before.hash, word.hash] as const,
          count: 0,
          forms: new Map(),
        }
        const form = `${plainForm(before.surface)} ${plainForm(word.surface)}`
        phrase.forms.set(form, (phrase.forms.get(form) ?? 0) + 1)
        phrase.count += 1
        phrases.set(key, phrase)
      }
      before = word
    }
  }
  return [...phrases.values()].map(({ forms, hashes, count }) => {
    return { text: mostFrequent(forms)?.text ?? '', hashes, count }
  })
}

/** A word that is shown already is not said again in a phrase. */
function bestPhrase(
  hash: number,
  total: number,
  phrases: readonly Phrase[],
  used: ReadonlySet<number>,
): Phrase | null {
  const fewest = Math.max(fewestPhrases, total * phraseShare)
  const holding = phrases.filter(
    ({ hashes, count }) => hashes.includes(hash) && count >= fewest && !hashes.some((each) => used.has(each)),
  )
  holding.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
  return holding[0] ?? null
}

/** Lower case, but for abbreviations. */
function plainForm(surface: string): string {
  const bare = surface.replace(/['’]s?$/i, '')
  return bare.length > 1 && bare.length <= 5 && bare === bare.toUpperCase() ? bare : bare.toLowerCase()
}

function mostFrequent(counts: FormCounts | undefined): { text: string; total: number } | null {
  if (counts === undefined || counts.size === 0) return null
  const entries = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
  const total = entries.reduce((sum, [, count]) => sum + count, 0)
  return { text: entries[0]?.[0] ?? '', total }
}
