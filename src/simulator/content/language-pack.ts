/** How a conversation runs in a language other than English; sentences may hold the same slots as topics. */
export interface LanguagePack {
  greetings: readonly string[]
  /** By topic key; `general` is for the topics without sentences of their own. */
  openings: Readonly<Record<string, readonly string[]>>
  moods: readonly (readonly string[])[]
  followUps: readonly string[]
  answers: readonly string[]
  solutions: readonly string[]
  thanks: readonly string[]
  goodbyes: readonly string[]
  complaints: readonly string[]
  ai: readonly string[]
}
