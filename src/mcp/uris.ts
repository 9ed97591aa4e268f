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
