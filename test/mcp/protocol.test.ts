import { PassThrough } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { serveStdio } from '../../src/mcp/server'
import type { CallOptions, Service } from '../../src/service/service'
import { connectClient, createDeferred, createRecordingLogger } from './connect'
import { aProgress, createSampleService } from './sample-service'

const syncDone = { success: true, message: 'Done.', conversations: 1, messages: 2, duration_seconds: 1 }

describe('progress and cancellation', () => {
  test('progress is sent while the call runs, and rises with every note', async () => {
    const service = createSampleService({
      async forceSync(_request, call) {
        call?.onProgress?.(aProgress({ phase: 'conversations', done: 5, total: 10 }))
        call?.onProgress?.(aProgress({ phase: 'conversations', done: 5, total: 10 }))
        call?.onProgress?.(aProgress({ phase: 'threads', done: 5, total: 10, messages: 40 }))
        call?.onProgress?.(aProgress({ phase: 'conversations', done: 1, total: 10 }))
        call?.onProgress?.(
          aProgress({ phase: 'finishing', done: 0, total: null, conversations: 10, messages: 80 }),
        )
        return syncDone
      },
    })
    const { client } = await connectClient(async () => service)
    const notes: unknown[] = []
    await client.callTool({ name: 'force_sync', arguments: {} }, undefined, {
      onprogress: (note) => notes.push(note),
    })
    expect(notes).toEqual([
      { progress: 15.5, total: 100, message: 'Fetching conversations: 5 of 10.' },
      { progress: 64, total: 100, message: 'Fetching replies: 5 of 10 threads, 40 messages so far.' },
      { progress: 98, total: 100, message: 'Finishing: 10 conversations and 80 messages stored.' },
    ])
  })

  test('a call without a progress token asks for no progress', async () => {
    const service = createSampleService()
    const { call } = await connectClient(async () => service)
    await call('force_sync')
    expect(service.calls[0]?.call?.onProgress).toBeUndefined()
  })

  test('a cancelled call aborts the service’s signal, and the next call is answered', async () => {
    const started = createDeferred<CallOptions>()
    const service = createSampleService({
      forceSync: (_request, call) =>
        new Promise((_resolve, reject) => {
          call?.signal?.addEventListener('abort', () => reject(call.signal?.reason))
          if (call) started.resolve(call)
        }),
    })
    const { client, call, logger } = await connectClient(async () => service)
    const abort = new AbortController()
    const cancelled = client.callTool({ name: 'force_sync', arguments: {} }, undefined, {
      signal: abort.signal,
    })
    const { signal } = await started.promise
    abort.abort()
    await expect(cancelled).rejects.toThrow()
    await vi.waitFor(() => expect(signal?.aborted).toBe(true))
    expect((await call('get_data_info')).isError).toBeUndefined()
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('over standard input and output', () => {
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  }
  const callOf = (id: number, name: string) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name },
  })

  async function serve(service: Service = createSampleService()) {
    const stdin = new PassThrough()
    const stdout = new PassThrough()
    const logger = createRecordingLogger()
    const onClose = vi.fn()
    const closed = new Promise<void>((resolve) => onClose.mockImplementation(resolve))
    await serveStdio({ stdin, stdout, logger, version: '0.1.0', getService: async () => service, onClose })
    let written = ''
    stdout.on('data', (chunk) => {
      written += String(chunk)
    })
    const answers = () =>
      written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { id: number; result?: unknown })
    const answersTo = (ids: number[]) =>
      vi.waitFor(() =>
        expect(
          answers()
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual(ids),
      )
    return { stdin, stdout, logger, onClose, closed, answers, answersTo }
  }

  test('two messages in one chunk are both answered', async () => {
    const { stdin, answersTo } = await serve()
    stdin.write(
      `${JSON.stringify(initialize)}\n${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' })}\n`,
    )
    await answersTo([1, 2])
  })

  test('a message in many chunks, cut inside a character, is answered', async () => {
    const { stdin, answersTo } = await serve()
    const named = {
      ...initialize,
      params: { ...initialize.params, clientInfo: { name: 'Zoë 日本', version: '1' } },
    }
    for (const byte of Buffer.from(`${JSON.stringify(named)}\r\n`)) stdin.write(Buffer.of(byte))
    await answersTo([1])
  })

  test('a line that is no message is skipped and logged, and the next one answered', async () => {
    const { stdin, answersTo, logger, onClose } = await serve()
    stdin.write(`hello?\n\n{"jsonrpc":"1.0"}\n${JSON.stringify(initialize)}\n`)
    await answersTo([1])
    expect(logger.lines.filter(({ level }) => level === 'warn').length).toBeGreaterThan(0)
    expect(onClose).not.toHaveBeenCalled()
  })

  test('the end of input closes once, after the calls under way have been answered', async () => {
    const held = createDeferred<void>()
    const service = createSampleService({
      getDataInfo: async () => {
        await held.promise
        return { has_data: false, message: 'No successful sync found' }
      },
    })
    const { stdin, answers, closed, onClose } = await serve(service)
    stdin.write(`${JSON.stringify(initialize)}\n${JSON.stringify(callOf(2, 'get_data_info'))}\n`)
    stdin.end()
    await vi.waitFor(() => expect(answers()).toHaveLength(1))
    expect(onClose).not.toHaveBeenCalled()
    held.resolve()
    await closed
    expect(answers().map(({ id }) => id)).toEqual([1, 2])
    expect(onClose).toHaveBeenCalledTimes(1)
  })

  test('a client that stops reading closes at once', async () => {
    const { stdout, closed } = await serve()
    stdout.destroy(new Error('EPIPE'))
    await closed
  })
})
