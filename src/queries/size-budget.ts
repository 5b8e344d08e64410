/**
 * An answer is read by a model whose context is small and dear: about 8,000 tokens unless more was asked for, 20,000
 * at most.
 */
export const defaultTokens = 8_000
export const maxTokens = 20_000

/** Kept free for freshness, counts and the names of the fields around the list. */
export const envelopeTokens = 600

/** Ids, dates and punctuation make JSON denser than prose, which has four characters a token. */
const charsPerToken = 3.5

/** Tokens that `value` takes as JSON; a character beyond ASCII counts as one, as Chinese and Thai ones do. */
export function estimateTokens(value: unknown): number {
  const json = JSON.stringify(value) ?? ''
  const beyondAscii = json.match(/[^\0-\x7f]/g)?.length ?? 0
  return Math.ceil((json.length - beyondAscii) / charsPerToken) + beyondAscii
}

/** The longest beginning of `text` (never half a character) that takes at most about so many tokens; at least one. */
export function beginningWithin(text: string, tokens: number): string {
  let length = Math.min(text.length, Math.max(2, Math.floor(tokens * charsPerToken)))
  for (let estimate = estimateTokens(text.slice(0, length)); estimate > tokens && length > 2; ) {
    length = Math.max(2, Math.floor(length * Math.min(0.9, tokens / estimate)))
    estimate = estimateTokens(text.slice(0, length))
  }
  const splitsPair = /[\ud800-\udbff]/.test(text[length - 1] ?? '') && length < text.length
  return text.slice(0, splitsPair ? length - 1 : length)
}
