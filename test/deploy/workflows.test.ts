import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Step {
  uses?: string
  run?: string
}
interface Job {
  uses?: string
  steps?: Step[]
  'timeout-minutes'?: number
  permissions?: Record<string, string>
  strategy?: { matrix: Record<string, unknown> }
}
interface Workflow {
  on: Record<string, unknown>
  permissions: Record<string, string>
  jobs: Record<string, Job>
}

const pathOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const read = (path: string) => readFileSync(pathOf(path), 'utf8')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

const folder = '.github/workflows'
const names = readdirSync(pathOf(folder))
const workflows = names.map((name) => [name, parse(read(`${folder}/${name}`)) as Workflow] as const)
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps = [] }) => steps)
const commandsOf = (workflow: Workflow) => stepsOf(workflow).map(({ run = '' }) => run)

it('tests on three systems with three versions of Node', () => {
  const test = workflows.find(([name]) => name === 'test.yml')?.[1]
  expect(test?.jobs.test?.strategy?.matrix).toEqual({
    os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
    node: [20, 22, 24],
  })
  expect(commandsOf(test ?? { on: {}, permissions: {}, jobs: {} })).toContain('npm test')
})

it('releases a tag only after the tests, to npm first, where the MCP registry looks for it', () => {
  const release = workflows.find(([name]) => name === 'release.yml')?.[1]
  expect(release?.on).toEqual({ push: { tags: ['v*'] } })
  expect(release?.jobs.test).toEqual({ uses: './.github/workflows/test.yml' })
  expect(release?.jobs.release).toMatchObject({
    needs: 'test',
    permissions: { contents: 'write', 'id-token': 'write' },
  })
  const text = (release ? commandsOf(release) : []).join('\n')
  const order = [
    'npm run check-release',
    'npm run bundle:mcpb',
    'npm publish --provenance',
    'gh release create',
  ]
  const places = [...order, './mcp-publisher publish'].map((command) => text.indexOf(command))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

describe.each(workflows)('%s', (name, workflow) => {
  it('runs only commands that exist', () => {
    const commands = commandsOf(workflow).join('\n')
    const run = [...commands.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script)
    if (/npm test\b/.test(commands)) run.push('test')
    expect(run.length).toBeGreaterThan(0)
    expect(run.filter((script) => !(script in scripts))).toEqual([])
  })

  it('takes actions of others at one commit, and says which version that is', () => {
    const used = [...read(`${folder}/${name}`).matchAll(/uses: (.*)/g)].map(([, action = '']) => action)
    const own = used.filter((action) => action.startsWith('./'))
    expect(own.filter((path) => !existsSync(pathOf(path)))).toEqual([])
    const others = used.filter((action) => !own.includes(action))
    expect(others.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual(
      [],
    )
  })

  it('may only read unless a job says otherwise, and ends by itself', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    const endless = Object.entries(workflow.jobs).filter(
      ([, job]) => job.uses === undefined && job['timeout-minutes'] === undefined,
    )
    expect(endless.map(([job]) => job)).toEqual([])
  })
})
