/** What is written together or misspelt, in the words the rules know. */
const writtenOut = new Map<string, string[]>([
  ...["can't", 'cant', 'cannot'].map((word): [string, string[]] => [word, ['can', 'not']]),
  ...["won't"].map((word): [string, string[]] => [word, ['will', 'not']]),
  ...["ain't", 'aint'].map((word): [string, string[]] => [word, ['is', 'not']]),
  ...'do does did is are was were has have had could should would must need'
    .split(' ')
    .flatMap((verb): [string, string[]][] => [
      [`${verb}n't`, [verb, 'not']],
      [`${verb}nt`, [verb, 'not']],
    ]),
  ...["i'm", 'im'].map((word): [string, string[]] => [word, ['i', 'am']]),
  ...'it that there he she what where who here how everything nobody nothing'
    .split(' ')
    .map((word): [string, string[]] => [`${word}'s`, [word, 'is']]),
  ...'you we they'.split(' ').map((word): [string, string[]] => [`${word}'re`, [word, 'are']]),
  ...'i you we they should could would'
    .split(' ')
    .map((word): [string, string[]] => [`${word}'ve`, [word, 'have']]),
  ...'i you we they it he she that'.split(' ').flatMap((word): [string, string[]][] => [
    [`${word}'ll`, [word, 'will']],
    [`${word}'d`, [word, 'would']],
  ]),
  ['ive', ['i', 'have']],
  ['weve', ['we', 'have']],
  ['youve', ['you', 'have']],
  ['thats', ['that', 'is']],
  ['whats', ['what', 'is']],
  ['theres', ['there', 'is']],
  ['noone', ['nobody']],
  ['u', ['you']],
  ['ur', ['your']],
  ...'pls plz'.split(' ').map((word): [string, string[]] => [word, ['please']]),
  ...'thx thnx tnx thanx thnks cheers'.split(' ').map((word): [string, string[]] => [word, ['thanks']]),
  ...'thankyou ty'.split(' ').map((word): [string, string[]] => [word, ['thank', 'you']]),
  ...'thnak thak thnk tahnk'.split(' ').map((word): [string, string[]] => [word, ['thank']]),
  ...'amzing amazin amazng'.split(' ').map((word): [string, string[]] => [word, ['amazing']]),
  ...'recieve receve'.split(' ').map((word): [string, string[]] => [word, ['receive']]),
  ...'recieved receved'.split(' ').map((word): [string, string[]] => [word, ['received']]),
  ...'greate grate gr8'.split(' ').map((word): [string, string[]] => [word, ['great']]),
  ...'awsome awesom'.split(' ').map((word): [string, string[]] => [word, ['awesome']]),
  ...'dissapointed disapointed dissappointed'
    .split(' ')
    .map((word): [string, string[]] => [word, ['disappointed']]),
  ...'perfekt perfct'.split(' ').map((word): [string, string[]] => [word, ['perfect']]),
  ['wrk', ['work']],
  ['workin', ['working']],
  ['worsk', ['works']],
  ['eror', ['error']],
  ['prob', ['problem']],
  ['probs', ['problems']],
  ['login', ['log', 'in']],
  ['logon', ['log', 'in']],
  ['signin', ['sign', 'in']],
])

/** Two words that the rules know as one. */
const joined = new Map([
  ['no one', 'nobody'],
  ['any more', 'anymore'],
  ['e mail', 'email'],
  ['e mails', 'emails'],
])

const wordPattern = /[\p{L}\p{N}]+(?:'\p{L}+)*/gu

/** The words of a clause in lower case: contractions written out, an owner's `'s` gone, common slips of the keys mended. */
export function readWords(clause: string): string[] {
  const words: string[] = []
  for (const word of clause.replaceAll('’', "'").match(wordPattern) ?? []) {
    const known = writtenOut.get(word)
    if (known) words.push(...known)
    else if (word.includes("'")) words.push(word.slice(0, word.indexOf("'")))
    else {
      const pair = words.length > 0 ? joined.get(`${words.at(-1)} ${word}`) : undefined
      if (pair) words[words.length - 1] = pair
      else words.push(word)
    }
  }
  return words
}
