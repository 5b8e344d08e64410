import type { Output } from '../output'
import type { StatusVerdict } from './verdict'

type Colour = 'green' | 'cyan' | 'yellow' | 'red'
const marks: Record<StatusVerdict['state'], readonly [sign: string, colour: Colour]> = {
  fresh: ['✓', 'green'],
  syncing: ['…', 'cyan'],
  stale: ['!', 'yellow'],
  empty: ['!', 'yellow'],
  failing: ['✗', 'red'],
  refused: ['✗', 'red'],
}

/** The sign of a verdict, in its colour. */
export function markOf({ state }: Pick<StatusVerdict, 'state'>, style: Output['style']): string {
  const [sign, colour] = marks[state]
  return style(sign, colour)
}
