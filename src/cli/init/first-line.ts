/** The first line of a stream, without spaces around it: how a token is handed over without a trace in the shell. */
export async function readFirstLine(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    if (text.trimStart().includes('\n')) break
  }
  return text.trim().split('\n', 1)[0]?.trim() ?? ''
}
