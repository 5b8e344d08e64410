/**
 * What people write about one subject, in English. Sentences may hold {slots}; replies may also use a little
 * markup that becomes HTML: blank lines part paragraphs, `- ` starts a list item, [label](address), ![alt](address).
 */
export interface Topic {
  key: string
  tag: string
  /** Index into `teamNames`. */
  team: number
  weight: number
  shape: 'wave' | 'spike'
  /** Added to the mood: negative where people arrive annoyed. */
  moodBias: number
  titles: readonly string[]
  openings: readonly string[]
  /** A second sentence of the opening message. */
  details: readonly string[]
  followUps: readonly string[]
  /** A teammate asks back or reports what was found. */
  answers: readonly string[]
  solutions: readonly string[]
  notes: readonly string[]
  /** What the AI agent answers. */
  ai: readonly string[]
}

/** Words that no opening message contains: they turn up in replies and notes only. */
export const replyOnlyWords = [
  'workaround',
  'goodwill',
  'reproduced',
  'incognito',
  'reconciled',
  'courier',
] as const
