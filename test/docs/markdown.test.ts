import { describe, expect, it } from 'vitest'
import { markdownRenderer } from '../../src/docs/markdown.ts'

const render = async (text: string) => String(await markdownRenderer()(text)).trim()

describe('markdownRenderer', () => {
  it.each([
    ['HTML', 'a <script>alert(1)</script> b', '<p>a &lt;script&gt;alert(1)&lt;/script&gt; b</p>'],
    ['a block of HTML', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['code', '`<b>`', '<p><code>&lt;b&gt;</code></p>'],
  ])('shows %s as text', async (_, text, html) => {
    expect(await render(text)).toBe(html)
  })

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    '<java\tscript:alert(1)>',
    '&#106;avascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
  ])('drops the link %j', async (target) => {
    expect(await render(`[text](${target})`)).not.toMatch(/href="\s*(?:\w+\s*\w*:|&#)/i)
  })

  it.each(['https://example.org/a?b=c', '../errors/index.html#limits', '#section', 'operations/signIn.md'])(
    'keeps the link %s',
    async (target) => {
      expect(await render(`[text](${target})`)).toBe(`<p><a href="${target}">text</a></p>`)
    },
  )

  it('escapes quotes in links, and shows images as their descriptions', async () => {
    expect(await render('[a](https://example.org/"onclick="x)')).toContain(
      'href="https://example.org/&quot;onclick=&quot;x"',
    )
    expect(await render('![a "logo"](https://example.org/x.png)')).toBe('<p>a &quot;logo&quot;</p>')
  })

  it('gives each heading of a page an id, also in Korean', async () => {
    const page = markdownRenderer()
    const ids = [page('## Errors, and how to react'), page('## 에러'), page('## 에러')].map(
      (html) => / id="([^"]+)"/.exec(String(html))?.[1],
    )
    expect(ids).toEqual(['errors-and-how-to-react', '에러', '에러-1'])
  })

  it('makes the empty corner of a table an ordinary cell', async () => {
    expect(await render('| | a |\n|---|---|\n| b | c |\n')).toContain('<td></td>\n<th>a</th>')
  })

  it('labels the cells of a table with the headings of their columns', async () => {
    const html = await render('| Code | "Why" |\n|---|---|\n| `a` | [b](#b) |\n')
    expect(html).toContain(
      '<td data-label="Code"><code>a</code></td>\n<td data-label="&quot;Why&quot;"><a href="#b">b</a></td>',
    )
  })

  it('puts tables into a box that scrolls and that the keyboard can reach', async () => {
    const html = await render('| a |\n|---|\n| b |\n')
    expect(html).toMatch(/^<div class="table" tabindex="0"><table>[\s\S]*<\/table><\/div>$/)
  })
})
