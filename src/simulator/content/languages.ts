import type { LanguagePack } from './language-pack'
import { asianPacks } from './languages-asian'
import { europeanPacks } from './languages-european'
import type { Language } from './names'

/** Every language but English, whose sentences live with the topics. */
export const languagePacks: Record<Exclude<Language, 'en'>, LanguagePack> = {
  ...europeanPacks,
  ...asianPacks,
}
