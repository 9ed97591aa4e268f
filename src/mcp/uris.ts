import type { VariantName } from '../../generated/index.ts'
import type { Guide } from '../guides/index.ts'

const scheme = 'auth-contracts://'

/** The templates of the URIs of resources (RFC 6570). */
export const uriTemplates = {
  guide: `${scheme}guides/{variant}/{topic}/{language}`,
  operation: `${scheme}operations/{variant}/{operationId}`,
  contract: `${scheme}contracts/{variant}`,
}

export function guideUri({
  variant,
  topic,
  language,
}: Pick<Guide, 'variant' | 'language'> & { topic: string }): string {
  return `${scheme}guides/${variant}/${topic}/${language}`
}

export function operationUri(variant: VariantName, operationId: string): string {
  return `${scheme}operations/${variant}/${operationId}`
}

export function contractUri(variant: VariantName): string {
  return `${scheme}contracts/${variant}`
}

/**
 * Returns the resource that has the content of a Markdown page in the docs.
 * @param path such as `<variant>/guides/<topic>.md`
 */
export function uriOfPage(path: string): string | undefined {
  const [, variant, language = 'en', folder, name] =
    /^(\w+)\/(?:(\w+)\/)?(guides|operations)\/([\w-]+)\.md$/.exec(path) ?? []
  if (folder === 'operations') return `${scheme}operations/${variant}/${name}`
  return folder && `${scheme}guides/${variant}/${name}/${language}`
}
