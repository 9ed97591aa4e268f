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
}: Record<'variant' | 'topic' | 'language', string>): string {
  return `${scheme}guides/${variant}/${topic}/${language}`
}

export function operationUri(variant: string, operationId: string): string {
  return `${scheme}operations/${variant}/${encodeURIComponent(operationId)}`
}

export function contractUri(variant: string): string {
  return `${scheme}contracts/${variant}`
}

/**
 * Returns the resource that has the content of a Markdown page in the docs.
 * @param path such as `<variant>/guides/<topic>.md`
 */
export function uriOfPage(path: string): string | undefined {
  const [, api, operation] = /^([^/]+)\/operations\/(.+)\.md$/.exec(path) ?? []
  // The docs encode ids like URIs, but with a tilde.
  if (operation !== undefined) return `${scheme}operations/${api}/${operation.replaceAll('~', '%')}`
  const [, variant = '', language = 'en', topic] =
    /^([^/]+)\/(?:(\w+)\/)?guides\/([\w-]+)\.md$/.exec(path) ?? []
  return topic && guideUri({ variant, topic, language })
}
