import { badRequest } from '../http/api-error'

export type FieldType = 'date' | 'integer' | 'boolean' | 'string'
export type FieldValue = string | number | boolean | null | readonly string[]

/** A searchable field of T. Lists match when any element does. */
export interface Field<T> {
  name: string
  type: FieldType
  /** Matched word by word, as the first message's body is. */
  words?: boolean
  read(subject: T): FieldValue
}

export type Scalar = string | number | boolean | null

export interface SingleFilter<T> {
  kind: 'single'
  field: Field<T>
  operator: Operator
  value: Scalar | Scalar[]
}

interface GroupFilter<T> {
  kind: 'group'
  operator: 'AND' | 'OR'
  filters: Filter<T>[]
}

export type Filter<T> = SingleFilter<T> | GroupFilter<T>

export const operators = ['=', '!=', 'IN', 'NIN', '>', '<', '>=', '<=', '~', '!~', '^', '$'] as const
export type Operator = (typeof operators)[number]

const operatorsByType: Record<FieldType, readonly Operator[]> = {
  date: ['=', '!=', 'IN', 'NIN', '>', '<', '>=', '<='],
  integer: ['=', '!=', 'IN', 'NIN', '>', '<', '>=', '<='],
  boolean: ['=', '!=', 'IN', 'NIN'],
  string: ['=', '!=', 'IN', 'NIN', '~', '!~', '^', '$'],
}

const mostFiltersInGroup = 15
const mostLevels = 2

export interface Grammar<T> {
  fields: ReadonlyMap<string, Field<T>>
  /** Operators that this field takes beside those of its type, or instead of them. */
  operatorsOf?(field: Field<T>): readonly Operator[]
}

/** Reads `query` of a search; refuses with 400 what the API's grammar does not allow. */
export function parseQuery<T>(query: unknown, grammar: Grammar<T>): Filter<T> {
  return parseFilter(query, grammar, 0)
}

function parseFilter<T>(query: unknown, grammar: Grammar<T>, level: number): Filter<T> {
  if (!isObject(query)) throw badRequest('query must be an object')
  if (query.operator === 'AND' || query.operator === 'OR') return parseGroup(query, grammar, level)
  return parseSingle(query, grammar)
}

function parseGroup<T>(query: Record<string, unknown>, grammar: Grammar<T>, level: number): GroupFilter<T> {
  if (level >= mostLevels) throw badRequest(`Filters can be nested ${mostLevels} levels deep at most`)
  const { value } = query
  if (!Array.isArray(value) || value.length === 0) throw badRequest('A group needs a list of filters')
  if (value.length > mostFiltersInGroup)
    throw badRequest(`A group takes ${mostFiltersInGroup} filters at most`)
  return {
    kind: 'group',
    operator: query.operator === 'OR' ? 'OR' : 'AND',
    filters: value.map((item) => parseFilter(item, grammar, level + 1)),
  }
}

function parseSingle<T>(query: Record<string, unknown>, grammar: Grammar<T>): SingleFilter<T> {
  const { field: name, operator, value } = query
  const field = typeof name === 'string' ? grammar.fields.get(name) : undefined
  if (field === undefined) throw badRequest(`Unknown field '${String(name)}'`)
  const known = operators.find((candidate) => candidate === operator)
  if (known === undefined) throw badRequest(`Unknown operator '${String(operator)}'`)
  const allowed = grammar.operatorsOf?.(field) ?? operatorsByType[field.type]
  if (!allowed.includes(known)) throw badRequest(`Operator '${known}' is not supported on '${field.name}'`)
  if (known === 'IN' || known === 'NIN') {
    if (!Array.isArray(value)) throw badRequest(`'${known}' needs a list`)
    return { kind: 'single', field, operator: known, value: value.map((item) => parseValue(item, field)) }
  }
  return { kind: 'single', field, operator: known, value: parseValue(value, field) }
}

function parseValue<T>(value: unknown, field: Field<T>): Scalar {
  if (value === null) return null
  switch (field.type) {
    case 'date':
    case 'integer': {
      if (typeof value === 'number' && Number.isInteger(value)) return value
      if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value)
      break
    }
    case 'boolean': {
      if (typeof value === 'boolean') return value
      if (value === 'true' || value === 'false') return value === 'true'
      break
    }
    case 'string':
      if (typeof value === 'string') return value
      if (typeof value === 'number') return String(value)
  }
  throw badRequest(`The value of '${field.name}' has the wrong type`, 'type_mismatch')
}

/** Whether an unknown value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
