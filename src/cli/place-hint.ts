import type { ConfigFlags } from '../config/flags'

/**
 * A hint whose commands work where this one did: with the home folder and the profile that it was given. Without them
 * somebody who follows the hint would work on another workspace.
 */
export function hintHere(text: string, { home, profile }: Pick<ConfigFlags, 'home' | 'profile'>): string {
  return text.replace(/(npx fast-intercom-mcp [a-z]+)([^`",;.(\n]*)/g, (_, command: string, rest: string) => {
    const options = [
      ...(home === undefined || rest.includes('--home') ? [] : [` --home ${quote(home)}`]),
      ...(profile === undefined || rest.includes('--profile') ? [] : [` --profile ${quote(profile)}`]),
    ]
    return command + options.join('') + rest
  })
}

function quote(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word}"`
}
