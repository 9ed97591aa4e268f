import { raw } from 'hono/html'
import { Marked, type Tokens } from 'marked'
import { headingId } from '../guides/heading-id.ts'
import type { Html } from '../ui/page.ts'

/**
 * Creates a function that renders the Markdown of one page as HTML. HTML in the text is shown as text, images
 * become their descriptions, and links to other schemes than HTTP are dropped, so no text can bring a script
 * into a page.
 */
export function markdownRenderer(): (markdown: string) => Html {
  const ids = new Map<string, number>()
  const marked = new Marked({
    renderer: {
      html: ({ text }) => escapeHtml(text),
      image: ({ text }) => escapeHtml(text),
      heading({ tokens, depth, text }) {
        const id = uniqueId(ids, headingId(text))
        return `<h${depth} id="${escapeHtml(id)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const content = this.parser.parseInline(tokens)
        return isSafe(href) ? `<a href="${escapeHtml(href)}">${content}</a>` : content
      },
      table({ header, rows }) {
        const textOf = ({ tokens }: Tokens.TableCell) => this.parser.parseInline(tokens)
        // The corner of a table with two headings is not a heading.
        const heads = header.map((cell) => (cell.text ? `<th>${textOf(cell)}</th>` : '<td></td>'))
        const lines = rows.map((row) =>
          row.map((cell, column) => dataCell(textOf(cell), header[column]?.text)),
        )
        // Wide tables scroll, so keyboards must be able to focus them.
        return `<div class="table" tabindex="0"><table>
<thead>
${tableRow(heads)}</thead>
<tbody>
${lines.map(tableRow).join('')}</tbody></table></div>
`
      },
    },
  })
  return (markdown) => raw(marked.parse(markdown, { async: false }))
}

const tableRow = (cells: string[]) => `<tr>
${cells.join('\n')}
</tr>
`

/** The label is for narrow windows, which show each row as a list. */
const dataCell = (content: string, heading = '') => {
  const label = heading.replaceAll('`', '')
  return label ? `<td data-label="${escapeHtml(label)}">${content}</td>` : `<td>${content}</td>`
}

/** Headings with equal text get a number, as on GitHub. */
function uniqueId(ids: Map<string, number>, id: string): string {
  const count = ids.get(id) ?? 0
  ids.set(id, count + 1)
  return count === 0 ? id : `${id}-${count}`
}

/** Tells whether a link leads to a page. Only a URL parser reads schemes as browsers do. */
function isSafe(href: string): boolean {
  const base = 'https://docs.invalid/'
  return URL.canParse(href, base) && /^https?:$/.test(new URL(href, base).protocol)
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '')
