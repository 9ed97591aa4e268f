import type { Document } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'

/** The groups of tags in the menu of Redoc. */
interface TagGroups {
  'x-tagGroups'?: { name: string; tags: string[] }[]
  webhooks?: object
}

/**
 * Adds a group for operations whose tags are in no group, because Redoc would hide them. Changes the
 * document.
 */
export function completeTagGroups(document: Document & TagGroups): void {
  const groups = document['x-tagGroups']
  if (!Array.isArray(groups)) return
  const grouped = new Set(groups.flatMap(({ tags }) => tags))
  const others = new Set<string>()
  for (const { operation } of endpointsOf(document)) {
    operation.tags = operation.tags?.length ? operation.tags : ['other']
    if (!operation.tags.some((tag) => grouped.has(tag))) for (const tag of operation.tags) others.add(tag)
  }
  if (document.webhooks) others.add('webhooks')
  if (others.size > 0) document['x-tagGroups'] = [...groups, { name: 'Other', tags: [...others] }]
}
