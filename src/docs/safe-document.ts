import { walk } from '../contract-files/walk.ts'
import type { Document } from '../openapi/document.ts'

/**
 * Removes the parts of a document that a reference page must not show: images of other hosts, which its
 * policy blocks, and URLs that run scripts. Changes the document.
 */
export function removeUnsafeParts(document: Document): void {
  walk(document, (node, place) => {
    if (typeof node.description === 'string') node.description = safeMarkdown(node.description)
    if (place === 'info' && !isData(Object(node['x-logo']).url)) delete node['x-logo']
    for (const key of linkKeys[place] ?? []) if (!isSafe(node[key])) delete node[key]
  })
}

/** The links of each kind of object. */
const linkKeys: Record<string, string[]> = {
  info: ['termsOfService'],
  contact: ['url'],
  license: ['url'],
  externalDocs: ['url'],
  'x-logo': ['href'],
}

const isData = (url: unknown) => typeof url === 'string' && url.startsWith('data:')

function isSafe(url: unknown): boolean {
  const base = 'https://docs.invalid/'
  return typeof url === 'string' && URL.canParse(url, base) && /^https?:$/.test(new URL(url, base).protocol)
}

/** Replaces images with links, outside of code. */
function safeMarkdown(markdown: string): string {
  return (
    markdown
      .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/)
      .map((part, index) => (index % 2 === 1 ? part : withoutImages(part)))
      .join('')
      // Redoc would take the rest of the text for a template of Markdoc.
      .replaceAll('{%', `{${wordJoiner}%`)
  )
}

const wordJoiner = '\u2060'

function withoutImages(text: string): string {
  return text
    .replace(
      /(\[)?!\[([^\]]*)\]\(<?([^\s)>]*)[^)]*\)/g,
      (image, bracket: string | undefined, alt: string, url: string) =>
        isData(url) ? image : `${bracket ?? ''}${describeImage(alt, url, bracket !== undefined)}`,
    )
    .replace(
      /(<a\b[^<>]*>\s*)?<img\b([^<>]*)>/gi,
      (image, anchor: string | undefined, attributes: string) => {
        const [alt, url] = ['alt', 'src'].map((name) => attributeOf(attributes, name)) as [string, string]
        return isData(url) ? image : `${anchor ?? ''}${describeImage(alt, url, anchor !== undefined)}`
      },
    )
}

/** Returns a link to an image, or its description inside of another link. */
function describeImage(alt: string, url: string, isInLink: boolean): string {
  const isRemote = /^(?:https?:)?\/\//.test(url)
  return isInLink || !isRemote ? alt : `[${alt || url}](${url})`
}

function attributeOf(attributes: string, name: string): string {
  const [, double, single, bare = ''] =
    new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|'([^']*)'|([^\\s"']+))`, 'i').exec(attributes) ?? []
  return double ?? single ?? bare
}
