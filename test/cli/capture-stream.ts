import { PassThrough } from 'node:stream'

/** A stream that is no terminal and remembers what was written. */
export function captureStream(): { stream: NodeJS.WriteStream; written: () => string } {
  const stream = new PassThrough()
  let written = ''
  stream.on('data', (chunk) => {
    written += chunk
  })
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => written }
}
