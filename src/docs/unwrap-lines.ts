/**
 * Joins the lines of each paragraph, list item and quote of a Markdown text. Redoc's search drops the line
 * breaks within them, and would find the last word of a line only together with the first of the next.
 */
export function unwrapLines(markdown: string): string {
  const lines: string[] = []
  let isCode = false
  for (const line of markdown.split('\n')) {
    const previous = lines.at(-1)
    const continues =
      previous !== undefined && !isCode && !endsBlock.test(previous) && !startsBlock.test(line)
    if (fence.test(line)) isCode = !isCode
    if (continues) lines[lines.length - 1] = `${previous.trimEnd()} ${line.trimStart()}`
    else lines.push(line)
  }
  return lines.join('\n')
}

const fence = /^\s*(?:```|~~~)/

/** A blank line, list item, heading or its underline, table row, quote, rule or code fence. */
const startsBlock = /^\s*(?:$|[-*+] |\d+[.)] |#|\||>|---|===|```|~~~)|\s\|\s/

/** A blank line, heading or its underline, table row, rule or code fence, or a hard line break. */
const endsBlock = /^\s*(?:$|#|\||---|===|```|~~~)|\s\|\s|(?: {2}|\\)$/
