/** Removes the markup of Markdown, so that texts can be searched and quoted. Paragraphs stay apart. */
export function plainText(markdown: string): string {
  return markdown
    .split(/\n{2,}|\n(?=[-*|] |\d+\. )/)
    .map((paragraph) =>
      paragraph
        .replaceAll(/^\s*(?:`{3,}|~{3,})[^`\n]*$/gm, '')
        .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(inlineTags, '')
        .replaceAll(blockTags, ' ')
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

/** The tags of HTML that descriptions contain. Placeholders such as `<id>` are text. */
const inlineTags = /<\/?(?:a|abbr|b|code|em|i|kbd|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>/gi
const blockTags =
  /<\/?(?:blockquote|br|dd|details|div|dl|dt|h[1-6]|hr|img|li|ol|p|pre|summary|table|tbody|td|th|thead|tr|ul)(?:\s[^<>]*)?\/?>/gi
