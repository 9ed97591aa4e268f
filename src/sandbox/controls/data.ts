import type { z } from '@hono/zod-openapi'
import type { routes } from '../../../generated/_dev/routes.ts'
import type { Data } from '../../../generated/_dev/types.ts'
import type { Store, Where } from '../../core/store.ts'
import type { Tables } from '../../core/tables.ts'
import {
  type DataSource,
  describeApiKey,
  describeOrganization,
  describeUser,
  type Page,
  toTimestamp,
} from './describe-data.ts'

type Query = z.output<(typeof routes)['getData']['request']['query']>

/** Lists the users of a sandbox with everything that belongs to them, without secrets and hashes. */
export async function readData(source: DataSource, query: Query): Promise<Omit<Data, 'api'>> {
  const { store, now } = source.core
  const users = await page(store, 'users', query, {}, ({ id, name, email }) => [id, name, email])
  const organizations = await page(store, 'organizations', query, {}, ({ id, name, slug }) => [
    id,
    name,
    slug,
  ])
  const apiKeys = await page(store, 'apiKeys', query, { userId: null }, ({ id, name, preview }) => [
    id,
    name,
    preview,
  ])
  return {
    now: toTimestamp(now()),
    users: { ...users, items: await inSequence(users.items, (user) => describeUser(source, user)) },
    organizations: {
      ...organizations,
      items: await inSequence(organizations.items, (organization) =>
        describeOrganization(store, organization),
      ),
    },
    apiKeys: { ...apiKeys, items: apiKeys.items.map((apiKey) => describeApiKey(source, apiKey)) },
  }
}

const batchSize = 5000

/** Returns a page of the rows that contain a text, newest first. */
async function page<T extends 'users' | 'organizations' | 'apiKeys'>(
  store: Store,
  table: T,
  { filter = '', limit, offset }: Query,
  where: Where<Tables[T]>,
  textsOf: (row: Tables[T]) => (string | null)[],
): Promise<Page<Tables[T]>> {
  const order = { orderBy: ['createdAt' as const, 'id' as const], descending: true }
  if (filter === '')
    return {
      total: await store.count(table, where),
      items: await store.list(table, where, { ...order, limit, offset }),
    }
  const wanted = filter.toLowerCase()
  const items: Tables[T][] = []
  let total = 0
  // The store compares only whole values, so this reads all rows, in batches to bound memory.
  for (let start = 0; ; start += batchSize) {
    const rows = await store.list(table, where, { ...order, limit: batchSize, offset: start })
    const matches = rows.filter((row) => textsOf(row).some((text) => text?.toLowerCase().includes(wanted)))
    items.push(...matches.slice(Math.max(0, offset - total)).slice(0, limit - items.length))
    total += matches.length
    if (rows.length < batchSize) return { total, items }
  }
}

/** One after another, because there may be more rows than database connections. */
async function inSequence<Row, Item>(
  rows: readonly Row[],
  describe: (row: Row) => Promise<Item>,
): Promise<Item[]> {
  const items: Item[] = []
  for (const row of rows) items.push(await describe(row))
  return items
}
