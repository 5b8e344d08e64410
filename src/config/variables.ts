/** Every setting a person can make, with the names it goes by. The README's table is held against this list. */
export interface SettingDefinition {
  /** Property of `Config`. */
  readonly key: SettingKey
  /** Environment variables; among synonyms the first that is set wins. */
  readonly variables: readonly { readonly name: string; readonly unit?: 'minutes' | 'seconds' }[]
  /** Name in config.json; null for what config.json cannot say. */
  readonly fileKey: string | null
  /** As the README shows it. */
  readonly defaultText: string
  readonly meaning: string
}

export type SettingKey =
  | 'accessToken'
  | 'region'
  | 'apiUrl'
  | 'apiVersion'
  | 'home'
  | 'dbPath'
  | 'logLevel'
  | 'maxSyncAgeMinutes'
  | 'backgroundSyncIntervalMinutes'
  | 'initialSyncDays'
  | 'syncDays'
  | 'backfillLimit'
  | 'cacheTtlSeconds'

export const settingDefinitions: readonly SettingDefinition[] = [
  {
    key: 'accessToken',
    variables: [{ name: 'INTERCOM_ACCESS_TOKEN' }],
    fileKey: 'access_token',
    defaultText: '',
    meaning: 'Access token of the Intercom workspace',
  },
  {
    key: 'region',
    variables: [{ name: 'INTERCOM_REGION' }],
    fileKey: 'region',
    defaultText: 'us',
    meaning: 'Where the workspace is hosted: us, eu or au',
  },
  {
    key: 'apiUrl',
    variables: [{ name: 'INTERCOM_API_URL' }],
    fileKey: 'api_url',
    defaultText: 'from the region',
    meaning: "Any other base URL of the API, a simulator's for instance",
  },
  {
    key: 'apiVersion',
    variables: [{ name: 'INTERCOM_API_VERSION' }],
    fileKey: 'api_version',
    defaultText: '2.16',
    meaning: 'Version of the API that is asked for',
  },
  {
    key: 'home',
    variables: [{ name: 'FASTINTERCOM_HOME' }],
    fileKey: null,
    defaultText: '~/.fast-intercom-mcp',
    meaning: 'Folder of configuration, data and logs',
  },
  {
    key: 'dbPath',
    variables: [{ name: 'FASTINTERCOM_DB_PATH' }],
    fileKey: 'db_path',
    defaultText: 'data.db in the home folder',
    meaning: 'The data file; its journal and lock lie beside it. A relative path starts in the home folder',
  },
  {
    key: 'logLevel',
    variables: [{ name: 'FASTINTERCOM_LOG_LEVEL' }, { name: 'LOG_LEVEL' }],
    fileKey: 'log_level',
    defaultText: 'INFO',
    meaning: 'ERROR, WARN, INFO or DEBUG',
  },
  {
    key: 'maxSyncAgeMinutes',
    variables: [{ name: 'FASTINTERCOM_MAX_SYNC_AGE_MINUTES' }],
    fileKey: 'max_sync_age_minutes',
    defaultText: '5',
    meaning: 'Data older than this is stale and refreshed behind the answer; fractions allowed',
  },
  {
    key: 'backgroundSyncIntervalMinutes',
    variables: [
      { name: 'FASTINTERCOM_BACKGROUND_SYNC_INTERVAL', unit: 'minutes' },
      { name: 'FASTINTERCOM_SYNC_INTERVAL_MINUTES', unit: 'minutes' },
      { name: 'SYNC_INTERVAL', unit: 'seconds' },
    ],
    fileKey: 'background_sync_interval_minutes',
    defaultText: '10',
    meaning: 'Minutes between background syncs (SYNC_INTERVAL counts seconds); 0 turns them off',
  },
  {
    key: 'initialSyncDays',
    variables: [{ name: 'FASTINTERCOM_INITIAL_SYNC_DAYS' }],
    fileKey: 'initial_sync_days',
    defaultText: '30',
    meaning: 'Days of history that the first sync fetches',
  },
  {
    key: 'syncDays',
    variables: [{ name: 'FASTINTERCOM_SYNC_DAYS' }],
    fileKey: 'sync_days',
    defaultText: '7',
    meaning: 'Days that each background sync makes sure are covered',
  },
  {
    key: 'backfillLimit',
    variables: [{ name: 'FASTINTERCOM_BACKFILL_LIMIT' }],
    fileKey: 'backfill_limit',
    defaultText: '10000',
    meaning: 'Most conversations that a question alone may cause to be fetched',
  },
  {
    key: 'cacheTtlSeconds',
    variables: [{ name: 'CACHE_TTL' }],
    fileKey: 'cache_ttl_seconds',
    defaultText: '300',
    meaning:
      'Longest life of a cached result in seconds; a change of the data ends it sooner, 0 turns it off',
  },
]
