import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import type { CallOptions, Service } from '../service/service'
import { condense, type ObjectJsonSchema, outlineOf } from './schema-outline'

/** All four are stated by every tool, because the protocol's defaults are the pessimistic ones. */
interface ToolAnnotations {
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

/** A tool as it is listed to clients. */
interface ToolListing {
  name: string
  title: string
  description: string
  annotations: ToolAnnotations
  inputSchema: ObjectJsonSchema
  outputSchema: ObjectJsonSchema
}

/** What a tool answers with: `data` as structuredContent, `text` for models that read only text. */
interface ToolAnswer<Data> {
  data: Data
  text: string
}

type AnySchema = v.GenericSchema<unknown, unknown>

/** What the author of a tool writes. `run` parses nothing and catches nothing. */
export interface ToolDefinition<Input extends AnySchema, Output extends AnySchema> {
  name: string
  title: string
  description: string
  annotations: ToolAnnotations
  input: Input
  output: Output
  /** How many levels of objects the listing shows (default 1); answers are always checked in full. */
  outputDepth?: number
  /** Listed without what its arguments mean: that stands where its other name is listed. */
  isAlias?: boolean
  run(
    args: v.InferOutput<Input>,
    service: Service,
    call: CallOptions,
  ): Promise<ToolAnswer<v.InferOutput<Output>>>
}

/** A tool whose types are closed up, so that tools of different schemas stand in one list. */
export interface Tool {
  readonly name: string
  /** The same object on every call. */
  list(): ToolListing
  /** Valibot's verdict on the arguments; `call` takes only what was accepted here. */
  parse(args: unknown): v.SafeParseResult<AnySchema>
  /** Rejects with a plain Error when the answer is not what the output schema promises. */
  call(args: unknown, service: Service, call: CallOptions): Promise<ToolAnswer<Record<string, unknown>>>
}

/** Makes a listed, callable tool of a definition. JSON Schemas are computed at the first listing, once. */
export function defineTool<const Input extends AnySchema, const Output extends AnySchema>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  let listing: ToolListing | undefined
  return {
    name: definition.name,
    list() {
      listing ??= {
        name: definition.name,
        title: definition.title,
        description: definition.description,
        annotations: definition.annotations,
        inputSchema: condense(describeSchema(definition.input, 'input'), definition.isAlias),
        outputSchema: outlineOf(describeSchema(definition.output, 'output'), definition.outputDepth ?? 1),
      }
      return listing
    },
    parse: (args) => v.safeParse(definition.input, args),
    async call(args, service, call) {
      const { data, text } = await definition.run(args as v.InferOutput<Input>, service, call)
      const checked = v.safeParse(definition.output, data)
      if (!checked.success) {
        throw new Error(`${definition.name} broke its output schema: ${describeIssues(checked.issues)}`)
      }
      return { data: checked.output as Record<string, unknown>, text }
    },
  }
}

function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'the answer'}: ${issue.message}`).join('; ')
}

/** Throws when a schema holds something that JSON Schema cannot say, so that no rule is silently dropped. */
function describeSchema(schema: AnySchema, typeMode: 'input' | 'output'): ObjectJsonSchema {
  const { $schema: _dialect, ...described } = toJsonSchema(schema, {
    typeMode,
    errorMode: 'throw',
    target: 'draft-2020-12',
    overrideSchema: ({ jsonSchema }) => withShortNullable(jsonSchema),
    // Bounds on text lengths guard the server and tell a model nothing; they are enforced all the same.
    ignoreActions: ['max_length'],
  })
  if (described.type !== 'object') throw new Error('A tool takes and returns objects')
  return { ...described, type: 'object' }
}

/** `{anyOf: [{type: "string"}, {type: "null"}]}` says the same as `{type: ["string", "null"]}` in twice the bytes. */
function withShortNullable<Schema extends { anyOf?: unknown }>(jsonSchema: Schema): Schema | undefined {
  const { anyOf, ...rest } = jsonSchema
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return undefined
  const [value, none] = anyOf as Record<string, unknown>[]
  if (none?.type !== 'null' || typeof value?.type !== 'string' || 'enum' in value) return undefined
  return { ...rest, ...value, type: [value.type, 'null'] } as unknown as Schema
}
