import { settingDefaults } from '../../src/config/schema'
import { type SettingKey, settingDefinitions } from '../../src/config/variables'
import { tools } from '../../src/mcp/tools/index'
import type { PackageManifest } from '../package-manifest'

/** Where the parts of the bundle lie in it. */
export const bundlePaths = { program: 'server/cli.js', icon: 'icon.png', manifest: 'manifest.json' } as const

/** The one variable by which the bundle hands a setting on. */
function variableOf(key: SettingKey): string {
  const name = settingDefinitions.find((setting) => setting.key === key)?.variables[0]?.name
  if (name === undefined) throw new Error(`No variable sets ${key}.`)
  return name
}

/**
 * manifest.json of the bundle: how a client starts the server with its own Node, and what it asks the person for. All
 * other settings are read from config.json in the home folder, as everywhere.
 */
export function createManifest({ name, version, description, license, keywords, engines }: PackageManifest) {
  return {
    manifest_version: '0.3',
    name,
    display_name: 'Fast Intercom',
    version,
    description,
    long_description: longDescription,
    author: { name: 'The fast-intercom-mcp authors' },
    license,
    keywords,
    icon: bundlePaths.icon,
    server: {
      type: 'node',
      entry_point: bundlePaths.program,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${bundlePaths.program}`, 'start'],
        env: {
          [variableOf('accessToken')]: '$' + '{user_config.access_token}',
          [variableOf('region')]: '$' + '{user_config.region}',
          [variableOf('initialSyncDays')]: '$' + '{user_config.initial_sync_days}',
        },
      },
    },
    tools: tools.map((tool) => ({ name: tool.name, description: tool.list().title })),
    prompts_generated: true,
    user_config: userConfig,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: engines.node } },
  }
}

const longDescription = `Keeps a local copy of your Intercom conversations in ~/.fast-intercom-mcp and answers from it: \
search over whole threads, replies and notes included, single conversations, and figures over any time, each with how \
fresh and how complete the data behind it is. Nothing but requests to Intercom's API leaves your machine.`

const userConfig = {
  access_token: {
    type: 'string',
    title: 'Intercom access token',
    description:
      "In Intercom's Developer Hub make an app in your workspace and copy its access token (Configure > Authentication). " +
      'It is sent to Intercom alone.',
    sensitive: true,
    required: true,
  },
  region: {
    type: 'string',
    title: 'Region of the workspace',
    description: 'Where Intercom hosts it: us, eu or au.',
    default: settingDefaults.region,
    required: false,
  },
  initial_sync_days: {
    type: 'number',
    title: 'Days of history',
    description: 'How far back the first sync fetches; more can be fetched later.',
    default: settingDefaults.initialSyncDays,
    min: 1,
    max: 36_500,
    required: false,
  },
}
