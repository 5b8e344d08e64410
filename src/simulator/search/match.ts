import type { FieldValue, Filter, Scalar, SingleFilter } from './filter'

/**
 * Whether `>` and `<` leave out the bound itself. The documentation words them inclusively, connectors find them
 * strict: a client must be right under both.
 */
export type Comparison = 'strict' | 'inclusive'

/** Decides for one subject; `override` may decide single filters of its own kind and returns null for the rest. */
export function matchesFilter<T>(
  filter: Filter<T>,
  subject: T,
  comparison: Comparison,
  override?: (filter: SingleFilter<T>, subject: T) => boolean | null,
): boolean {
  if (filter.kind === 'group') {
    const decide = (item: Filter<T>) => matchesFilter(item, subject, comparison, override)
    return filter.operator === 'AND' ? filter.filters.every(decide) : filter.filters.some(decide)
  }
  return override?.(filter, subject) ?? matchesSingle(filter, filter.field.read(subject), comparison)
}

function matchesSingle<T>(filter: SingleFilter<T>, value: FieldValue, comparison: Comparison): boolean {
  const { operator, value: wanted } = filter
  switch (operator) {
    case 'IN':
      return (wanted as Scalar[]).some((item) => equals(filter, value, item))
    case 'NIN':
      return !(wanted as Scalar[]).some((item) => equals(filter, value, item))
    case '=':
      return equals(filter, value, wanted as Scalar)
    case '!=':
      return !equals(filter, value, wanted as Scalar)
    case '~':
      return includes(filter, value, String(wanted ?? ''))
    case '!~':
      return !includes(filter, value, String(wanted ?? ''))
    case '^':
      return elements(value).some((text) => text.startsWith(fold(String(wanted ?? ''))))
    case '$':
      return elements(value).some((text) => text.endsWith(fold(String(wanted ?? ''))))
    default:
      return compares(operator, value, wanted as Scalar, comparison)
  }
}

function compares(operator: string, value: FieldValue, wanted: Scalar, comparison: Comparison): boolean {
  if (typeof value !== 'number' || typeof wanted !== 'number') return false
  if (value === wanted) return operator === '>=' || operator === '<=' || comparison === 'inclusive'
  return operator.startsWith('>') ? value > wanted : value < wanted
}

function equals<T>({ field }: SingleFilter<T>, value: FieldValue, wanted: Scalar): boolean {
  if (field.words === true) return words(value).includes(fold(String(wanted ?? '')))
  if (Array.isArray(value)) return wanted === null ? value.length === 0 : value.includes(String(wanted))
  if (typeof value === 'string' && typeof wanted === 'string') return fold(value) === fold(wanted)
  return value === wanted
}

function includes<T>({ field }: SingleFilter<T>, value: FieldValue, wanted: string): boolean {
  if (field.words === true) return words(value).includes(fold(wanted))
  return elements(value).some((text) => text.includes(fold(wanted)))
}

function elements(value: FieldValue): string[] {
  if (value === null) return []
  return Array.isArray(value) ? value.map(fold) : [fold(String(value))]
}

function words(value: FieldValue): string[] {
  return elements(value).flatMap((text) => text.split(/[^\p{L}\p{N}\p{M}@._-]+/u).map(trimPunctuation))
}

function trimPunctuation(word: string): string {
  return word.replace(/^[._-]+|[._-]+$/g, '')
}

function fold(text: string): string {
  return text.toLowerCase()
}
