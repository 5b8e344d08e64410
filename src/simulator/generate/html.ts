/** Puts text into HTML unharmed. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/**
 * Turns the writer's little markup into the HTML that Intercom's editor makes: paragraphs, lists, links, images,
 * code. Blank lines part paragraphs, `- ` starts a list item.
 */
export function markupToHtml(markup: string): string {
  const blocks: string[] = []
  for (const block of markup.split('\n\n')) {
    const lines = block.split('\n').filter((line) => line !== '')
    const items = lines.filter((line) => line.startsWith('- '))
    const plain = lines.filter((line) => !line.startsWith('- '))
    if (plain.length > 0) blocks.push(`<p>${plain.map(inline).join('<br>')}</p>`)
    if (items.length > 0)
      blocks.push(`<ul>${items.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`)
  }
  return blocks.join('\n')
}

function inline(text: string): string {
  return escapeHtml(text)
    .replace(/!\[([^\]]*)\]\(([^)\s]+)\)/g, '<img src="$2" alt="$1">')
    .replace(
      /\[([^\]]*)\]\(([^)\s]+)\)/g,
      '<a href="$2" rel="nofollow noopener noreferrer" target="_blank">$1</a>',
    )
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(
      /(^|[\s:(])(https:\/\/[^\s<)]+)/g,
      '$1<a href="$2" rel="nofollow noopener noreferrer" target="_blank">$2</a>',
    )
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }

/** What `display_as=plaintext` sends: tags stripped, links as `label (url)`. */
export function htmlToPlainText(html: string): string {
  return html
    .replace(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/g, (_, url: string, label: string) =>
      label === url ? url : `${label} (${url})`,
    )
    .replace(/<br>|<\/p>|<\/li>|<\/ul>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '')
    .replace(/\n+/g, '\n')
    .trim()
}
