import { createRandom, mixSeeds } from '../generate/random'
import type { Story } from '../generate/story'
import type { Stage } from './stage'
import type { WireAttachment } from './wire-types'

const kinds = [
  { name: 'screenshot.png', type: 'image/png', width: 1280, height: 800 },
  { name: 'photo.jpg', type: 'image/jpeg', width: 3024, height: 4032 },
  { name: 'statement.pdf', type: 'application/pdf' },
  { name: 'export.csv', type: 'text/csv' },
] as const

/** Files that came with a message: about one in fifteen of those that may have any. `number` is -1 for the opening. */
export function attachmentsOf(
  stage: Stage,
  story: Story,
  number: number,
  mayHave: boolean,
): WireAttachment[] {
  if (!mayHave) return []
  const random = createRandom(mixSeeds(stage.seed, 62, story.index * 4096 + number + 1))
  if (!random.chance(0.07)) return []
  const kind = random.pick(kinds)
  const file: WireAttachment = {
    type: 'upload',
    name: kind.name,
    url: `https://downloads.${stage.staff.domain}/o/${random.between(10_000_000, 99_999_999)}/${kind.name}`,
    content_type: kind.type,
    filesize: random.between(4_000, 4_000_000),
  }
  if ('width' in kind) {
    file.width = kind.width
    file.height = kind.height
  }
  return [file]
}
