/** Removes the markup of Markdown, so that texts can be searched and quoted. Paragraphs stay apart. */
export function plainText(markdown: string): string {
  return markdown
    .split(/\n{2,}|\n(?=[-*|] |\d+\. )/)
    .map((paragraph) =>
      paragraph
        .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/[`*]|(?<=^|\s)_|_(?=\s|$)/g, '')
        .replaceAll(/^\s*(?:[-+]|#+|\d+\.|>)\s+/gm, '')
        .replaceAll(/\|?(?:\s*:?-{3,}:?\s*\|)+/g, ' ')
        .replaceAll(/\s*\|\s*/g, ' · ')
        .replaceAll(/\s+/g, ' ')
        .replaceAll(/^ · | · $/g, '')
        .trim(),
    )
    .filter(Boolean)
    .join('\n')
}
