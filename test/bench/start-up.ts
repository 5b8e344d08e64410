import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measureInitialize } from './initialize'
import { median } from './median'
import { type Place, placeFor, runNode, serve } from './process'
import type { Row, Section } from './rows'
import { startWorkspace, worldDays } from './workspace'

/** The most that a command may take of which a person expects the answer at once. */
const mostMs = 400

/** How long a person and a client wait until the program that they start says something. */
export async function measureStartUp(
  {
    corpus,
    program,
    folder,
    say,
  }: { corpus: string | null; program: string; folder: string; say(line: string): void },
  { size, rounds }: { size: number; rounds: number },
): Promise<Section[]> {
  say(`Starting commands on ${size.toLocaleString('en')} conversations`)
  const simulator = await startWorkspace(size, corpus)
  try {
    const place = placeFor(program, join(folder, `home-start-${size}`), simulator)
    await runNode([program, 'sync', '--home', place.home, '--days', `${worldDays + 1}`], place.env)
    return [await measureInitialize(place, folder, rounds), await measureCommands(place, folder, rounds)]
  } finally {
    await simulator.close()
  }
}

/** Times whole runs of commands, turn about, each from the start of the process to its end. */
async function measureCommands(place: Place, folder: string, rounds: number): Promise<Section> {
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, '')
  const status = [place.program, 'status', '--home', place.home]
  const alone = await timeInTurns(
    { bare: [empty], help: [place.program, '--help'], status },
    place.env,
    rounds,
  )
  const server = await serve(place)
  try {
    // Answered only when the store is open, so that the command meets a server at rest.
    await server.call('get_data_info')
    const served = await timeInTurns({ status }, place.env, rounds)
    return {
      title: `commands from start to end, median of ${rounds}`,
      rows: [
        bounded('`--help`', alone.help),
        { ...bounded('`--help`', alone.help), ...comparedWithNode(alone.bare) },
        bounded('`status` of a store that nobody serves', alone.status),
        {
          ...bounded('`status` of a store that nobody serves', alone.status),
          ...comparedWithNode(alone.bare),
        },
        bounded('`status` through a running server', served.status),
      ],
    }
  } finally {
    await server.close()
  }
}

function bounded(what: string, figure: number): Row {
  return { what, figure, unit: 'ms', comparedWith: 'target', bound: 'at most', reference: mostMs }
}

function comparedWithNode(reference: number): Pick<Row, 'comparedWith' | 'reference' | 'bound'> {
  return { comparedWith: 'Node with an empty script', reference, bound: undefined }
}

/** The median of each command in milliseconds; the first run of each only brings its files into the page cache. */
async function timeInTurns<Name extends string>(
  commands: Record<Name, string[]>,
  env: Record<string, string>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(commands) as Name[]
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const startedMs = performance.now()
      await runNode(commands[name], env)
      if (round >= 0) times.get(name)?.push(performance.now() - startedMs)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<
    Name,
    number
  >
}
