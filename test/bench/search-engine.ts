import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SearchRequest } from '../../src/domain/answers'

/** What a process with an engine is asked, one question after the other. */
export interface EngineQuestion {
  request: SearchRequest
  /** Whether all matches are wanted, too. */
  hashed: boolean
}

export interface EngineAnswer {
  ms: number
  total: number
  /** Of the ids of all matches, sorted. */
  hash: string | null
}

/** An engine in a process of its own: it holds nothing but the store. */
export interface Engine {
  ask(question: EngineQuestion): Promise<EngineAnswer>
  stop(): void
}

/** In the engine's process: answers what it is asked. */
export function serveQuestions(answer: (question: EngineQuestion) => Promise<EngineAnswer>): void {
  process.on('message', (question: EngineQuestion) => {
    answer(question).then(
      (found) => process.send?.(found),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
  })
  process.send?.({ ready: true })
}

/** Runs a script of this folder that calls `serveQuestions`, on the Node given, with a store's file. */
export async function startEngine(node: string, script: string, file: string): Promise<Engine> {
  const tsx = pathToFileURL(fileURLToPath(import.meta.resolve('tsx'))).href
  const path = fileURLToPath(new URL(script, import.meta.url))
  const running: ChildProcess = spawn(node, ['--no-warnings', '--import', tsx, path, file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`The process of ${script} has ended.`))
      running.once('exit', ended)
      running.once('message', (message) => {
        running.off('exit', ended)
        const { error } = message as { error?: string }
        if (error === undefined) resolve(message as T)
        else reject(new Error(error))
      })
    })
  await next()
  return {
    async ask(question) {
      const answer = next<EngineAnswer>()
      running.send(question)
      return answer
    },
    stop: () => running.kill(),
  }
}
