import { createRequire } from 'node:module'

/**
 * Scripts of a few lines, run by plain Node: the known things that the program is compared with. They are written to
 * a file first, so that nothing but Node stands between them and the measurement.
 */

/** Answers `initialize`, importing nothing. */
export const bareServer = `
let data = ''
process.stdin.on('data', (chunk) => {
  data += chunk
  if (!data.includes('\\n')) return
  const { id } = JSON.parse(data)
  const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'bare', version: '0' } }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
})
process.stdin.on('end', () => process.exit(0))
`

/** Arguments: the entry of sql.js, a database file. Opens it as sql.js does by itself and counts. */
export const bareOpen = `
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
const [entry, file] = process.argv.slice(2)
const { default: initSqlJs } = await import(pathToFileURL(entry).href)
const { Database } = await initSqlJs()
const database = new Database(readFileSync(file))
const [{ values }] = database.exec('select count(*) from conversations')
process.stdout.write(JSON.stringify({ id: 1, count: values[0][0] }) + '\\n')
`

/** The same arguments. Reads every message once, rests, and prints the memory it then has, in bytes. */
export const bareMemory = `
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
const [entry, file] = process.argv.slice(2)
const { default: initSqlJs } = await import(pathToFileURL(entry).href)
const { Database } = await initSqlJs()
const database = new Database(readFileSync(file))
database.exec('select sum(length(text)) from messages')
setTimeout(() => process.stdout.write(String(process.memoryUsage().rss)), 1000)
`

/** Arguments: address, token, file of ids. Fetches every thread on 16 connections, looks at none; prints seconds. */
export const bareFetch = `
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
const [address, token, file] = process.argv.slice(2)
const ids = JSON.parse(readFileSync(file, 'utf8'))
const agent = new Agent({ keepAlive: true, maxSockets: 16 })
const headers = { authorization: 'Bearer ' + token, accept: 'application/json', 'intercom-version': '2.16' }
const fetchOne = (id) => new Promise((resolve, reject) => {
  get(address + '/conversations/' + id, { agent, headers }, (response) => {
    if (response.statusCode !== 200) reject(new Error('status ' + response.statusCode))
    response.resume()
    response.on('end', resolve)
  }).on('error', reject)
})
const started = performance.now()
let next = 0
await Promise.all(Array.from({ length: 16 }, async () => {
  while (next < ids.length) await fetchOne(ids[next++])
}))
process.stdout.write(String((performance.now() - started) / 1000))
agent.destroy()
`

/** The entry of sql.js, for scripts that lie where no package can be found. */
export const sqlJsEntry = createRequire(import.meta.url).resolve('sql.js')
