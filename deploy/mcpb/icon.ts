import { encodePng, type Pixel } from './png'

type Point = readonly [number, number]

/** The server's icon on its grid of 24 by 24: a speech bubble with a flash in it (src/mcp/icons.ts). */
const strokes: readonly (readonly Point[])[] = [
  [
    [5, 6],
    [19, 6],
    [19, 15],
    [11, 15],
    [7, 19],
    [7, 15],
    [5, 15],
    [5, 6],
  ],
  [
    [13, 8],
    [10, 11],
    [14, 11],
    [11, 14],
  ],
]
const grid = 24
const cornerRadius = 6
const halfStroke = 1
const [red, green, blue] = [0x22, 0x50, 0xf4] as const

/** Draws the icon as a PNG of that many pixels a side; clients show bundles with no other kind. */
export function drawIconPng(size: number): Buffer {
  const scale = size / grid
  return encodePng(size, (x, y): Pixel => {
    const point: Point = [(x + 0.5) / scale, (y + 0.5) / scale]
    // An edge fades over one pixel.
    const cover = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance * scale))
    const white = cover(distanceToStrokes(point) - halfStroke)
    const mix = (colour: number) => Math.round(colour + (255 - colour) * white)
    return [mix(red), mix(green), mix(blue), Math.round(255 * cover(distanceToSquare(point)))]
  })
}

/** To the rounded square around everything; negative inside. */
function distanceToSquare([x, y]: Point): number {
  const reach = grid / 2 - cornerRadius
  const [dx, dy] = [Math.abs(x - grid / 2) - reach, Math.abs(y - grid / 2) - reach]
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - cornerRadius
}

function distanceToStrokes(point: Point): number {
  let nearest = Number.POSITIVE_INFINITY
  for (const stroke of strokes) {
    stroke.forEach((end, index) => {
      const start = stroke[index - 1]
      if (start !== undefined) nearest = Math.min(nearest, distanceToLine(point, start, end))
    })
  }
  return nearest
}

function distanceToLine([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [dx, dy] = [toX - fromX, toY - fromY]
  const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy)
  const clamped = Math.min(1, Math.max(0, along))
  return Math.hypot(x - fromX - clamped * dx, y - fromY - clamped * dy)
}
