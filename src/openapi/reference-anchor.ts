import type { Operation } from './document.ts'

/**
 * Returns the fragment of an operation in the rendered reference. Redoc 3 forms it from the first tag, as a
 * slug, and the id; an operation without tags is in the group `other`.
 */
export function referenceAnchor({ operationId = '', tags }: Operation): string {
  return `#/${slugOf(tags?.[0] ?? 'other')}/${operationId.toLowerCase()}`
}

/** Converts a tag such as `Email & SMS` to `email-and-sms`. */
function slugOf(tag: string): string {
  return tag
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll('&', 'and')
    .replaceAll(/[^\p{L}\p{N}\s_*+~.()'"!:@-]/gu, '')
    .replaceAll(/[\s-]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}
