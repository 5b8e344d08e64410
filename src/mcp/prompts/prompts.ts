import { invalidParams, quoteShortly, refuseCursor } from '../protocol-error'
import { beforeTheCall } from './before-the-call'
import { customerHistory } from './customer-history'
import { escalations } from './escalations'
import type { Prompt, PromptListing } from './prompt'
import { weeklyReport } from './weekly-report'

/** Every prompt, in the order in which clients see them. They only name tools: what they do can be asked for without. */
export const prompts: readonly Prompt[] = [weeklyReport, escalations, customerHistory, beforeTheCall]

export function listPrompts(cursor: string | undefined): { prompts: PromptListing[] } {
  refuseCursor(cursor)
  return { prompts: prompts.map(({ listing }) => listing) }
}

/** Rejects with a ProtocolError when there is none of that name. */
export function requirePrompt(name: string): Prompt {
  const prompt = prompts.find(({ listing }) => listing.name === name)
  if (prompt) return prompt
  const known = prompts.map(({ listing }) => listing.name).join(', ')
  throw invalidParams(`Unknown prompt ${quoteShortly(name)}; known are: ${known}.`)
}

/** The prompt as one message of the person's, ready to be sent. */
export async function getPrompt(name: string, given: Record<string, string> = {}) {
  const prompt = requirePrompt(name)
  const text = await prompt.write(given)
  return {
    description: prompt.listing.description,
    messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
  }
}
