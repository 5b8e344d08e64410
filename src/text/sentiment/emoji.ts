/** Emoji and emoticons that say how somebody feels. A smile is left out: after a request it is a courtesy. */

const angry = '😠😡🤬😤👿💢🖕💩🤮🤢'
const sad = '😞😔😟😕🙁☹😣😖😫😩🥺😢😭😥😰😨😱😓😒🙄😑😬🤦🤷👎💔😾😿🤯😵🥴🫠😐🫤⚠🆘❌'
const glad =
  '😀😃😄😁😆😊😍🥰😘🤩🥳😎👍👏🙌💪❤🧡💛💚💙💜🤎🖤🤍💖💗💕💞💓💘💝♥🎉🎊🏆🥇⭐🌟✨🔥💯🚀🤗😻🎈🍾🥂👌🤘🫶😌🤝'
const smiles = '🙂☺😉🙏'

/** One decides a message without words or feeling, not one with a complaint. */
const weights = new Map<string, number>([
  ...[...angry].map((emoji): [string, number] => [emoji, -3]),
  ...[...sad].map((emoji): [string, number] => [emoji, -2.2]),
  ...[...glad].map((emoji): [string, number] => [emoji, 2.2]),
  ...[...smiles].map((emoji): [string, number] => [emoji, 0.4]),
])

const anyEmoji = /\p{Extended_Pictographic}/u
const emojiPattern = /\p{Extended_Pictographic}/gu

/** Not after a letter or digit, so that `https://` and `8:00` hold none, and not before one. */
const emoticonPattern =
  /(?<![\p{L}\p{N}])(?:(?<sad>[:;=]['’]?-?[([/\\|]+|D:|:['’]\(|>:\(|:-?[sS](?=\s|$)|-_-|:<)|(?<glad>[:;=]-?D+|x[dD]|<3+|\\o\/|\^_?\^|:['’]-?\))|(?<smile>[:;=]-?[)\]]+|\(:))(?![\p{L}\p{N}/])/gu

export interface EmojiFeeling {
  /** Sum of the weights of all that were found. */
  weight: number
  found: boolean
  /** The text without emoticons (which would otherwise read as punctuation). */
  rest: string
}

/** What the emoji and emoticons of a text say, and the text without the emoticons. */
export function readEmoji(text: string): EmojiFeeling {
  let weight = 0
  let found = false
  if (anyEmoji.test(text)) {
    for (const [emoji] of text.matchAll(emojiPattern)) {
      const known = weights.get(emoji)
      if (known === undefined) continue
      weight += known
      found = true
    }
  }
  const rest = text.replace(emoticonPattern, (...args) => {
    const groups = args.at(-1) as { sad?: string; glad?: string }
    found = true
    weight += groups.sad ? -2.2 : groups.glad ? 2.2 : 0.4
    return ' . '
  })
  return { weight, found, rest: found ? rest.replace(emojiPattern, ' . ') : rest }
}
