import fc from 'fast-check'
import { compile } from 'html-to-text'
import { describe, expect, it } from 'vitest'
import { cleanText } from '../../src/intercom/clean-text'
import { htmlToText } from '../../src/intercom/html-to-text'

describe('htmlToText', () => {
  it.each<[string, string, string]>([
    ['keeps paragraphs apart', '<p>Hi</p>\n<p class="no-margin">There</p>', 'Hi\n\nThere'],
    ['breaks lines', '<p>a<br>b<br/>c <br /> d</p>', 'a\nb\nc\nd'],
    ['drops emphasis', '<p><b>Bold</b> and <em class="x">soft</em></p>', 'Bold and soft'],
    ['decodes entities', '<p>R&amp;D &lt;3 &#39;x&#39; &#x20AC;5&nbsp;only</p>', "R&D <3 'x' €5 only"],
    ['decodes rare entities', '<p>caf&eacute; &#146;n</p>', 'café ’n'],
    ['decodes once', '<p>&amp;lt;b&amp;gt;</p>', '&lt;b&gt;'],
    ['leaves a lone ampersand', '<p>AT&T, fish & chips</p>', 'AT&T, fish & chips'],
    ['takes text without markup as it is', 'First line\nif a < b & c > d', 'First line\nif a < b & c > d'],
    [
      'shows where a link leads',
      '<p>See <a href="https://x.example/a?b=1&amp;c=2" rel="y">our docs</a>.</p>',
      'See our docs (https://x.example/a?b=1&c=2).',
    ],
    [
      'shows a link inside markup',
      '<div>See <a href="https://x.example"><b>our</b> docs</a>.</div>',
      'See our docs (https://x.example).',
    ],
    [
      'does not repeat an address',
      '<p><a href="https://x.example/">x.example</a> <a href="mailto:a@x.example">a@x.example</a></p>',
      'x.example a@x.example',
    ],
    [
      'does not repeat an address inside markup',
      '<div><a href="mailto:a@x.example">a@x.example</a></div>',
      'a@x.example',
    ],
    ['drops the address of a script', '<p><a href="javascript:alert(1)">click</a></p>', 'click'],
    [
      'marks images',
      '<p>Look:</p><div class="intercom-container"><img src="https://x.example/a.png"></div>',
      'Look:\n\n[image]',
    ],
    ['marks a linked image', '<a href="https://x.example"><img src="y"></a>', '[image] (https://x.example)'],
    [
      'lists',
      '<p>Do:</p><ul><li>one</li><li>two</li></ul><ol><li>x</li><li>y</li></ol>',
      'Do:\n\n- one\n- two\n\n1. x\n2. y',
    ],
    ['keeps headings as written', '<h1>Your order</h1><p>is late</p>', 'Your order\n\nis late'],
    [
      'marks quotations',
      '<p>Yes</p><blockquote>Is it?<br>Really?</blockquote>',
      'Yes\n\n> Is it?\n> Really?',
    ],
    ['keeps code lines', '<pre><code>if x:\n    y()</code></pre>', 'if x:\n    y()'],
    [
      'drops scripts, styles and comments',
      '<p>a</p><script>alert(1)</script><style>p{}</style><!-- note --><p>b</p>',
      'a\n\nb',
    ],
    ['puts up with broken markup', '<p>a<b>b</p><p', 'ab'],
  ])('%s', (_, html, text) => {
    expect(htmlToText(html)).toBe(text)
  })

  it.each([null, '', '   ', '<p></p>', '<p>&nbsp;</p>', '\u200B'])('finds no text in %j', (html) => {
    expect(htmlToText(html)).toBeNull()
  })

  it.each([1_000, 9_000, 50_000])('gets through %i nested tags', (depth) => {
    expect(htmlToText(`<p>start</p>${'<div>'.repeat(depth)}end`)).toMatch(/^start/)
  })

  it('keeps the text of a body with more tags than any real one', () => {
    expect(htmlToText(`<p>R&amp;D</p>${'<div>'.repeat(50_000)}<table><tr><td>end`)).toBe('R&D\n\nend')
  })

  it('gets through hostile attributes quickly', () => {
    expect(htmlToText(`<a ${'href="x" '.repeat(20_000)}><b>label</b>`)).toBe('label')
  })

  it('says on its short path what the parser says', () => {
    const whole = compile({ wordwrap: false })
    const word = fc.constantFrom('order', 'late', 'R&amp;D', '&lt;ok&gt;', 'naïve', 'a', '&#8364;5', '漢字')
    const inline = fc
      .tuple(fc.constantFrom('b', 'i', 'em', 'strong', 'span'), word)
      .map(([tag, w]) => `<${tag}>${w}</${tag}>`)
    const run = fc.array(fc.oneof(word, inline, fc.constant('<br>')), { minLength: 1, maxLength: 6 })
    const paragraph = run.map((words) => `<p>${words.join(' ')}</p>`)
    const body = fc.array(fc.oneof(paragraph, fc.constant('<p></p>'), fc.constant('\n')), { maxLength: 5 })
    fc.assert(
      fc.property(body, (parts) => {
        const html = `<p>start</p>${parts.join('')}<p>end</p>`
        expect(htmlToText(html)).toBe(cleanText(whole(html)))
      }),
      { numRuns: 300 },
    )
  })
})

describe('cleanText', () => {
  it.each<[string, string, string]>([
    ['removes control characters', 'a\u0000b\u001B[31mc\u0007\u009F', 'ab[31mc'],
    ['removes marks that turn the direction of text', 'abc\u202Efdp.exe', 'abcfdp.exe'],
    ['removes invisible instructions', `hello${String.fromCodePoint(0xe0041, 0xe0042)}`, 'hello'],
    ['removes fillers of no width', 'pass\u200Bword\uFEFF', 'password'],
    ['keeps joined emoji', '👩\u200D💻', '👩\u200D💻'],
    ['makes half a surrogate pair visible', 'a\uD83Db', 'a\uFFFDb'],
    ['keeps whole surrogate pairs', 'a😀b', 'a😀b'],
    ['turns every kind of line end into one', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['turns every kind of space into one', 'a\u00A0b\tc\u3000d', 'a b c d'],
    ['leaves at most one empty line', 'a  \n\n\n\n b  c \n', 'a\n\n b c'],
    ['leaves good text alone', 'Good text.\n\nReally.', 'Good text.\n\nReally.'],
  ])('%s', (_, text, clean) => {
    expect(cleanText(text)).toBe(clean)
  })
})
