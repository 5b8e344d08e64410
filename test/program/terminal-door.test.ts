import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { runProgram, temporaryFolder } from '../helpers/program'
import {
  createSharedFolder,
  report,
  type SharedFolder,
  sync,
  tellApart,
  writeWord,
} from '../helpers/shared-folder'

/** What a process did that a door must not do, and how large it became. */
interface Observed {
  webAssembly: number
  /** Also to read a few bytes only. */
  opened: string[]
  /** Whole files. */
  read: string[]
  peakMb: number
}

/** Loaded before the program; writes at its end what it saw of it. */
const observer = `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const observed = { webAssembly: 0, opened: [], read: [] }
for (const name of ['compile', 'instantiate', 'Module', 'Instance']) {
  WebAssembly[name] = new Proxy(WebAssembly[name], {
    apply: (target, self, args) => ((observed.webAssembly += 1), Reflect.apply(target, self, args)),
    construct: (target, args) => ((observed.webAssembly += 1), Reflect.construct(target, args)),
  })
}
const { openSync, readFileSync, writeFileSync } = fs
const note = (path) => observed.opened.push(String(path))
fs.openSync = (path, ...rest) => (note(path), openSync(path, ...rest))
fs.readFileSync = (path, ...rest) => (observed.read.push(String(path)), readFileSync(path, ...rest))
syncBuiltinESMExports()
process.on('exit', () => {
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024)
  writeFileSync(process.env.OBSERVED, JSON.stringify({ ...observed, peakMb }))
})
`

/** Runs a command under the observer. */
async function observe({ home, env }: SharedFolder, args: string[]) {
  const folder = temporaryFolder()
  const [script, result] = [join(folder, 'observer.mjs'), join(folder, 'observed.json')]
  writeFileSync(script, observer)
  const ran = await runProgram([...args, '--home', home], {
    ...env,
    NODE_OPTIONS: `--import ${pathToFileURL(script)}`,
    OBSERVED: result,
  })
  expect(ran).toMatchObject({ code: 0 })
  const observed = JSON.parse(readFileSync(result, 'utf8')) as Observed
  const ofData = (paths: string[]) => paths.filter((path) => path.startsWith(join(home, 'data.db')))
  return { stdout: ran.stdout, ...observed, opened: ofData(observed.opened), read: ofData(observed.read) }
}

it('answers status and search through a running server without opening the data', async () => {
  const folder = await createSharedFolder(60)
  const server = await folder.serve()
  await sync(server)
  const id = writeWord(folder.simulator, 'quokka', 7)
  await sync(server)
  await tellApart([server])

  const status = await observe(folder, ['status'])
  expect(status.stdout).toContain(`a running server, process ${server.pid}, since 2`)
  const search = await observe(folder, ['search', 'quokka', '--json'])
  expect(JSON.parse(search.stdout)).toMatchObject({ total: 1, conversations: [{ id }] })
  // It looks at the beginnings of the two files, which tell whose they are, and at the lock.
  const looked = /data\.db(\.journal\.\d+)?$/
  for (const { webAssembly, read, opened, peakMb } of [status, search]) {
    expect(webAssembly).toBe(0)
    expect(read.filter((path) => !path.includes('.lock.'))).toEqual([])
    expect(opened.filter((path) => !path.includes('.lock.') && !looked.test(path))).toEqual([])
    expect(opened.length).toBeLessThanOrEqual(4)
    expect(peakMb).toBeLessThan(80)
  }
  report(`memory of a command through a door: status ${status.peakMb} MB, search ${search.peakMb} MB`)

  // The same without a server, so that the observer is known to see what it looks for.
  await server.client.close()
  const alone = await observe(folder, ['status'])
  expect(alone.stdout).toContain('nobody at present; a client starts the server when it needs it')
  expect(alone.webAssembly).toBeGreaterThan(0)
  expect(alone.read.concat(alone.opened)).toContain(join(folder.home, 'data.db'))
  report(`memory of a command that opens the data: ${alone.peakMb} MB`)
})
