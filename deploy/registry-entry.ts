import { settingSchemas } from '../src/config/schema'
import { type SettingDefinition, settingDefinitions } from '../src/config/variables'
import type { PackageManifest } from './package-manifest'

/** An environment variable as the registry describes it to clients. */
interface RegistryVariable {
  name: string
  description: string
  isRequired: boolean
  isSecret: boolean
  format: 'string' | 'number' | 'filepath'
  default?: string
  choices?: readonly string[]
}

/** The registry refuses longer ones. */
const longestDescription = 100

/**
 * What server.json says about the package: the entry in the registry of MCP servers, by which clients offer it and ask
 * for its settings. The settings are those of the program's own table; of synonyms the first is named.
 */
export function createRegistryEntry({ name, version, description, mcpName }: PackageManifest) {
  if (description.length > longestDescription) {
    throw new Error(`The registry takes descriptions of ${longestDescription} characters at most.`)
  }
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: mcpName,
    title: 'Fast Intercom',
    description,
    version,
    packages: [
      {
        registryType: 'npm',
        registryBaseUrl: 'https://registry.npmjs.org',
        identifier: name,
        version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        packageArguments: [{ type: 'positional', value: 'start' }],
        environmentVariables: settingDefinitions.flatMap(describeVariable),
      },
    ],
  }
}

function describeVariable({
  key,
  variables,
  defaultText,
  meaning,
}: SettingDefinition): RegistryVariable | never[] {
  const [variable] = variables
  if (variable === undefined) return []
  const isToken = key === 'accessToken'
  const choices = choicesOf[key]
  return {
    name: variable.name,
    description: meaning,
    isRequired: isToken,
    isSecret: isToken,
    format: formatOf(key, defaultText),
    ...(isDefaultValue(key, defaultText) ? { default: defaultText } : {}),
    ...(choices === undefined ? {} : { choices }),
  }
}

const choicesOf: Partial<Record<SettingDefinition['key'], readonly string[]>> = {
  region: ['us', 'eu', 'au'],
  logLevel: ['ERROR', 'WARN', 'INFO', 'DEBUG'],
}

function formatOf(key: SettingDefinition['key'], defaultText: string): RegistryVariable['format'] {
  if (key === 'home' || key === 'dbPath') return 'filepath'
  // A version is no number: 2.10 is not 2.1.
  return /^\d+$/.test(defaultText) ? 'number' : 'string'
}

/** Whether the text is a value itself; some tell only where the value comes from. */
function isDefaultValue(key: SettingDefinition['key'], defaultText: string): boolean {
  if (key === 'home' || key === 'dbPath' || key === 'apiUrl') return false
  return defaultText !== '' && key in settingSchemas
}
