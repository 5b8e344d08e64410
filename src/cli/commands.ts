/** What the command line takes, as plain data: parsing, help and the README's test all read it. */
export interface OptionDefinition {
  /** Without dashes. */
  name: string
  /** A letter that stands for it. */
  short?: string
  /** What its value is; absent for a switch. */
  value?: string
  description: string
  /** Given several times, the values are taken together, with commas between them. */
  isList?: boolean
  /** Not shown in help. */
  hidden?: boolean
}

export interface CommandDefinition {
  name: CommandName
  /** As help shows them: `<query...>`, `[file]`, or nothing. */
  positionals: string
  description: string
  options: readonly OptionDefinition[]
  examples: readonly string[]
}

export const commandNames = [
  'init',
  'start',
  'sync',
  'search',
  'status',
  'doctor',
  'logs',
  'snapshot',
  'reset',
  'demo',
] as const
export type CommandName = (typeof commandNames)[number]

export const globalOptions: readonly OptionDefinition[] = [
  { name: 'home', value: 'dir', description: 'Folder of configuration, data and logs' },
  { name: 'profile', value: 'name', description: 'Work with profiles/NAME inside the home folder' },
  { name: 'verbose', description: 'Say more, and show where an error came from' },
  { name: 'help', short: 'h', description: 'Show this help' },
  { name: 'version', short: 'v', description: 'Show the version' },
]

const json: OptionDefinition = { name: 'json', description: 'Print the result as JSON' }

export const commands: readonly CommandDefinition[] = [
  {
    name: 'init',
    positionals: '',
    description: 'Set up: token, history, your MCP clients, first sync; again to change something',
    options: [
      { name: 'token', value: 'token', description: 'Access token, or "-" to read it from standard input' },
      { name: 'region', value: 'region', description: 'us, eu or au; found from the token otherwise' },
      { name: 'days', value: 'days', description: 'Days of history that the first sync fetches' },
      {
        name: 'client',
        value: 'names',
        isList: true,
        description: 'claude-desktop, claude-code, cursor, vscode, windsurf; several with commas; all, none',
      },
      { name: 'no-sync', description: 'Do not sync now' },
      { name: 'yes', short: 'y', description: 'Ask nothing; take the defaults' },
      json,
    ],
    examples: [
      'init',
      'init --client cursor,claude-code',
      'init --token - --days 90 --client all --yes < token.txt',
    ],
  },
  {
    name: 'start',
    positionals: '',
    description: 'Serve MCP over standard input and output, and keep the data fresh behind it',
    options: [
      { name: 'demo', description: 'Serve the built-in sample workspace; needs no token' },
      { name: 'seed', value: 'seed', description: 'With --demo: another sample workspace' },
      { name: 'size', value: 'conversations', description: 'With --demo: how large it is' },
    ],
    examples: ['start', 'start --demo'],
  },
  {
    name: 'sync',
    positionals: '',
    description: 'Sync in the foreground: once, or on and on with --watch',
    options: [
      { name: 'days', value: 'days', description: 'Make sure of this many days of history' },
      { name: 'full', description: 'The same as --days 90' },
      {
        name: 'start-date',
        value: 'day',
        description: 'Fetch all that was created from this day on (YYYY-MM-DD)',
      },
      { name: 'end-date', value: 'day', description: 'With --start-date: up to this day, included (today)' },
      { name: 'force', description: 'Fetch again even what is fresh' },
      { name: 'watch', description: 'Go on until Ctrl-C: a turn at once, then one each interval' },
      { name: 'interval', value: 'minutes', description: 'With --watch: minutes between two turns (15)' },
      {
        name: 'once',
        description: 'One turn of --watch, for cron: what is new, and the last days whole',
      },
      json,
    ],
    examples: [
      'sync',
      'sync --days 180',
      'sync --watch --interval 5',
      'sync --start-date 2026-03-01 --end-date 2026-03-31',
    ],
  },
  {
    name: 'search',
    positionals: '<query...>',
    description: 'Search the stored conversations',
    options: [
      { name: 'timeframe', value: 'words', description: 'Such as "last week", "March", "since Monday"' },
      { name: 'state', value: 'state', description: 'open, closed or snoozed; several with commas' },
      { name: 'limit', value: 'number', description: 'How many to show (20)' },
      json,
    ],
    examples: ['search refund', 'search invoice -refund --timeframe "last 30 days"', 'search -- --flag'],
  },
  {
    name: 'status',
    positionals: '',
    description: 'Show what is stored, how fresh and how complete it is, and who serves it',
    options: [{ name: 'all', description: 'One line for each profile' }, json],
    examples: ['status', 'status --all', 'status --json'],
  },
  {
    name: 'doctor',
    positionals: '',
    description: 'Check token, permissions, clock, folder and data; say what to do about each',
    options: [
      { name: 'verify', description: 'Compare a sample of what is stored with Intercom, field by field' },
      { name: 'sample', value: 'number', description: 'With --verify: how many conversations (20)' },
      { name: 'seed', value: 'seed', description: 'With --verify: draw the same sample again' },
      json,
    ],
    examples: ['doctor', 'doctor --verify --sample 100'],
  },
  {
    name: 'logs',
    positionals: '',
    description: 'Show the last entries of the log',
    options: [
      { name: 'lines', short: 'n', value: 'number', description: 'How many to show (50)' },
      { name: 'follow', short: 'f', description: 'Go on with those that come, until Ctrl-C' },
      { name: 'level', value: 'level', description: 'At least so important: error, warn, info or debug' },
      { name: 'json', description: 'Print the entries as they are written, one JSON object a line' },
    ],
    examples: ['logs', 'logs -f --level warn'],
  },
  {
    name: 'snapshot',
    positionals: '[file]',
    description: 'Bring data.db up to date, or write a copy, for sqlite3, Datasette or a backup',
    options: [json],
    examples: ['snapshot', 'snapshot backup.db'],
  },
  {
    name: 'reset',
    positionals: '',
    description: 'Remove the stored data, and start anew with the next sync',
    options: [
      { name: 'all', description: 'Remove config.json (with the token), the logs and the demo too' },
      { name: 'yes', short: 'y', description: 'Do not ask' },
      json,
    ],
    examples: ['reset', 'reset --all --yes'],
  },
  {
    name: 'demo',
    positionals: '',
    description: 'Try it without a token: a simulated workspace, synced and questioned over MCP',
    options: [
      { name: 'seed', value: 'seed', description: 'Another seed, another workspace (1)' },
      { name: 'size', value: 'conversations', description: 'How large it is (2500)' },
      {
        name: 'check',
        description: 'Verify the answers against a scan of the workspace; the exit code says',
      },
      json,
    ],
    examples: ['demo', 'demo --seed 7', 'demo --check'],
  },
]

/** The definition of a command by its name; null when there is none. */
export function findCommand(name: string): CommandDefinition | null {
  return commands.find((command) => command.name === name) ?? null
}
