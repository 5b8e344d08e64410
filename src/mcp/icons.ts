/** An icon as clients take it: drawn by ourselves, and inside the message, so that nothing is fetched to show it. */
export interface Icon {
  src: string
  mimeType: 'image/svg+xml'
  sizes: string[]
}

/** Plain lines on a rounded square, white on colour, so that they show on light and on dark. */
function drawIcon(color: string, shapes: string): Icon[] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="${color}"/><g fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</g></svg>`
  const src = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  return [{ src, mimeType: 'image/svg+xml', sizes: ['any'] }]
}

/** A speech bubble with a flash in it. */
export const serverIcon = drawIcon(
  '#2250f4',
  '<path d="M5 6h14v9h-8l-4 4v-4H5z"/><path d="m13 8-3 3h4l-3 3"/>',
)

/** Bars that rise. */
export const reportIcon = drawIcon('#0f766e', '<path d="M7 17v-4M12 17V7M17 17v-7"/>')

/** An exclamation mark. */
export const escalationIcon = drawIcon('#c2410c', '<path d="M12 6v7M12 17.5v.1"/>')

/** A clock. */
export const historyIcon = drawIcon(
  '#6d28d9',
  '<circle cx="12" cy="12" r="6.5"/><path d="M12 8.5V12l2.5 2"/>',
)

/** A sheet with lines. */
export const briefIcon = drawIcon('#1d4ed8', '<path d="M7 5h10v14H7zM10 9h4M10 12h4M10 15h2"/>')

/** A line that beats. */
export const statusIcon = drawIcon('#047857', '<path d="M4 12h4l2-5 4 10 2-5h4"/>')

/** A speech bubble with lines. */
export const conversationIcon = drawIcon('#2250f4', '<path d="M5 6h14v9h-8l-4 4v-4H5zM9 9h6M9 12h4"/>')
