/**
 * Makes the listed schemas short. Every client loads the whole list into its model's context, so it is kept under
 * 12 KB: an answer's top levels say what is there, and the answer itself shows the rest.
 */

/** The protocol wants an object at the root of both schemas. */
export type ObjectJsonSchema = { type: 'object'; [key: string]: unknown }

type JsonSchema = Record<string, unknown>

/**
 * The schema with `depth` levels of objects; deeper ones keep their type alone. `required` stays at the root, where
 * it tells fields apart: of most answers every field is always there.
 */
export function outlineOf(schema: ObjectJsonSchema, depth: number): ObjectJsonSchema {
  const outlined: ObjectJsonSchema = { ...outlineObject(schema, depth), type: 'object' }
  const { properties = {}, required = [] } = schema as { properties?: object; required?: string[] }
  return required.length < Object.keys(properties).length ? { ...outlined, required } : outlined
}

/**
 * Of a union that names a `listedOption` only that one; of an object of `listedDepth` 0 its type; no `required: []`, which says nothing; and no descriptions
 * where they stand elsewhere.
 */
export function condense(schema: ObjectJsonSchema, isDescribedElsewhere = false): ObjectJsonSchema {
  const condenseOne = (key: string, value: unknown) =>
    isDescribedElsewhere && key === 'description' && typeof value === 'string'
      ? undefined
      : condenseMember(key, value)
  return JSON.parse(JSON.stringify(schema, condenseOne))
}

function condenseMember(key: string, value: unknown): unknown {
  if (key === 'required' && Array.isArray(value) && value.length === 0) return undefined
  if (isSchema(value) && value.listedDepth === 0) return { type: value.type, description: value.description }
  if (!isSchema(value) || typeof value.listedOption !== 'number' || !Array.isArray(value.anyOf)) return value
  const { anyOf, listedOption, ...rest } = value
  return { ...(anyOf as JsonSchema[])[listedOption as number], ...rest }
}

function outlineObject(schema: JsonSchema, depth: number): JsonSchema {
  if (depth === 0 || !isSchema(schema.properties)) return { type: schema.type }
  const properties = Object.entries(schema.properties).map(([name, member]) => [
    name,
    outline(member, depth - 1),
  ])
  return { type: schema.type, properties: Object.fromEntries(properties) }
}

function outline(schema: unknown, depth: number): unknown {
  if (!isSchema(schema)) return schema
  const types = [schema.type].flat()
  if (types.includes('object')) return outlineObject(schema, listedDepthOf(schema) ?? depth)
  if (!types.includes('array')) return schema
  const items = outline(schema.items, depth)
  return isSchema(items) && 'properties' in items ? { type: 'array', items } : { type: 'array' }
}

/** Of a schema that says itself how many of its levels are listed. */
function listedDepthOf({ listedDepth }: JsonSchema): number | null {
  return typeof listedDepth === 'number' ? listedDepth : null
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
