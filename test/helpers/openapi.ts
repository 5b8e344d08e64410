import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv, { type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'

/** Where Intercom's own description of its API lies when it is at hand; it is not part of the project. */
export const openapiPath = join(process.cwd(), '..', 'shared', 'intercom', 'openapi.yaml')

export const openapiIsPresent = existsSync(openapiPath)

type Schema = { [key: string]: unknown }

interface Description {
  paths: Record<string, Record<string, { responses: Record<string, Schema> }>>
  components: { schemas: Record<string, Schema> }
}

// Fields that Intercom sends, and shows in the description's examples, but that its schemas do not name.
const unlistedFields: Record<string, readonly string[]> = {
  conversation_list_item: ['topics', 'ticket'],
  conversation: ['topics', 'ticket'],
  app: ['secure'],
  admin_with_app: ['has_inbox_seat'],
  contact: ['opted_out_subscription_types', 'opted_in_subscription_types'],
  contact_location: ['country_code', 'continent_code'],
  contact_tags: ['type'],
  contact_notes: ['type'],
  contact_companies: ['type'],
  contact_social_profiles: ['type'],
  starting_after_paging: ['page'],
}

// Declared as plain integers or strings, but null as long as the thing has not happened.
const fieldsThatMayBeNull: Record<string, readonly string[] | 'all'> = {
  conversation_statistics: 'all',
  conversation_rating: ['rating', 'remark'],
}

// Examples in the description itself break these: request ids of live errors are no UUIDs, addresses are relative.
const looseFormats = new Set(['uuid', 'uri'])

/**
 * Reads the description and returns validators for the answers of its endpoints. Where the description contradicts
 * its own examples or the live API, the schema is corrected here, each time with the reason. Objects may hold no
 * field that their schema does not name: that finds misspelt ones.
 */
export function loadOpenapi(): (path: string, method: string, status: number) => ValidateFunction {
  const description = parse(readFileSync(openapiPath, 'utf8')) as Description
  const schemas = Object.fromEntries(
    Object.entries(description.components.schemas).map(([name, schema]) => [name, correct(schema, name)]),
  )
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true })
  addFormats(ajv)
  ajv.addSchema({ $id: 'intercom', components: { schemas } })
  return (path, method, status) => {
    const response = description.paths[path]?.[method]?.responses[String(status)] as
      | { content: { 'application/json': { schema: Schema } } }
      | undefined
    if (response === undefined) throw new Error(`The description has no ${status} for ${method} ${path}`)
    return ajv.compile(correct(response.content['application/json'].schema, null) as Schema)
  }
}

function correct(node: unknown, name: string | null): unknown {
  if (Array.isArray(node)) return node.map((item) => correct(item, null))
  if (typeof node !== 'object' || node === null) return node
  const { nullable, description, example, examples, format, ...rest } = node as Schema
  const schema: Schema = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      key === 'properties' ? correctEach(value) : correct(value, null),
    ]),
  )
  // Times are declared `format: date-time`, but they are integers.
  if (typeof format === 'string' && schema.type === 'string' && !looseFormats.has(format))
    schema.format = format
  if (typeof schema.$ref === 'string') schema.$ref = schema.$ref.replace('#/', 'intercom#/')
  if (name !== null) close(schema, name)
  if (nullable !== true) return schema
  // Where a list of values is given, null is missing from it although the field is nullable.
  return { anyOf: [{ type: 'null' }, schema] }
}

function correctEach(properties: unknown): Schema {
  return Object.fromEntries(
    Object.entries(properties as Schema).map(([key, value]) => [key, correct(value, null)]),
  )
}

function close(schema: Schema, name: string): void {
  const properties = schema.properties as Schema | undefined
  if (properties === undefined || schema.allOf !== undefined || schema.anyOf !== undefined) return
  const mayBeNull = fieldsThatMayBeNull[name]
  for (const [key, value] of Object.entries(properties)) {
    if (mayBeNull === 'all' || mayBeNull?.includes(key))
      properties[key] = { anyOf: [{ type: 'null' }, value] }
  }
  for (const field of unlistedFields[name] ?? []) properties[field] = {}
  schema.additionalProperties ??= false
}
