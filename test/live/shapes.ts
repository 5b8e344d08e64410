/** Which fields answers had, and of which types: `conversations[].source.author.id` -> `string`. No values. */
export type Shapes = Map<string, Set<string>>

/** Objects whose keys are the workspace's own, or whose members are many and of no use to us. */
const closed = new Set([
  'custom_attributes',
  'event_details',
  'collected_data',
  'metadata',
  'social_profiles',
])

/** Adds the fields of a JSON value to those that have been seen. */
export function collectShapes(shapes: Shapes, path: string, value: unknown): void {
  const types = shapes.get(path) ?? new Set()
  shapes.set(path, types.add(typeName(value)))
  if (Array.isArray(value)) for (const member of value) collectShapes(shapes, `${path}[]`, member)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (closed.has(key)) collectShapes(shapes, `${path}.${key}`, typeof member === 'object' ? null : member)
      else collectShapes(shapes, `${path}.${key}`, member)
    }
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

export interface ShapeDifferences {
  /** Fields that only the workspace sends; of a new object only the object itself. */
  unknown: string[]
  /** Fields that only the simulator sends. */
  absent: string[]
  /** Fields of a type that the simulator never sends there, with those it does. */
  otherTypes: string[]
}

/** Where what a workspace sends differs from what the simulator sends, endpoint by endpoint. */
export function compareShapes(live: Shapes, simulated: Shapes): ShapeDifferences {
  const only = (these: Shapes, those: Shapes) =>
    [...these.keys()].filter((path) => !those.has(path) && those.has(parentOf(path))).toSorted()
  const otherTypes: string[] = []
  for (const [path, types] of live) {
    const known = simulated.get(path)
    const strange = known ? [...types].filter((type) => !known.has(type)) : []
    if (known && strange.length > 0)
      otherTypes.push(`${path}: ${strange.join(', ')} (simulator: ${[...known].join(', ')})`)
  }
  return { unknown: only(live, simulated), absent: only(simulated, live), otherTypes: otherTypes.toSorted() }
}

function parentOf(path: string): string {
  return path.replace(/(\[\]|\.[^.[]+)$/, '')
}
