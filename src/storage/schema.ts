import type { TableName } from '../core/store.ts'
import type { Tables, Views } from '../core/tables.ts'

/**
 * A table as data, shared by all engines. The SQL migrations are tested against these definitions; the memory
 * store uses them directly.
 */
export interface Table {
  columns: Record<string, Kind>
  primaryKey: readonly string[]
  /** Unique constraints, each a set of columns. As in SQL, `null` is never equal to `null`. */
  unique?: readonly (readonly string[])[]
  /** Foreign keys: the referenced table by column. Deleting the referenced row deletes this one (cascade). */
  belongsTo?: Readonly<Record<string, TableName>>
}

/** A join: the columns of `base`, further columns, and whole rows of other tables as nested objects. */
export interface View {
  base: TableName
  columns: Record<string, Kind>
  nested: Readonly<Record<string, TableName>>
}

/** The type of a column; `?` marks nullable ones. Integers are limited to safe ones (at most 2^53 - 1). */
export type Kind = Base | `${Base}?`
type Base = 'text' | 'integer' | 'json'

type BaseOf<Value> = [Value] extends [string] ? 'text' : [Value] extends [number] ? 'integer' : 'json'
type KindOf<Value> = null extends Value ? `${BaseOf<NonNullable<Value>>}?` : BaseOf<Value>
type ColumnsOf<Row> = { [Column in keyof Row]: KindOf<Row[Column]> }
type ColumnName<T extends TableName> = keyof Tables[T] & string

type Schema = {
  [T in TableName]: {
    columns: ColumnsOf<Tables[T]>
    primaryKey: readonly ColumnName<T>[]
    unique?: readonly (readonly ColumnName<T>[])[]
    belongsTo?: { readonly [Column in ColumnName<T>]?: TableName }
  }
}

const schema = {
  users: {
    columns: {
      id: 'text',
      realm: 'text',
      email: 'text?',
      emailVerifiedAt: 'integer?',
      passwordHash: 'text?',
      name: 'text',
      role: 'text',
      status: 'text',
      plan: 'text?',
      picture: 'text?',
      profile: 'json',
      provider: 'text',
      totpSecret: 'text?',
      expiresAt: 'integer?',
      createdAt: 'integer',
      updatedAt: 'integer',
    },
    primaryKey: ['id'],
    unique: [['realm', 'email']],
  },
  identities: {
    columns: {
      realm: 'text',
      provider: 'text',
      subject: 'text',
      userId: 'text',
      createdAt: 'integer',
    },
    primaryKey: ['realm', 'provider', 'subject'],
    belongsTo: { userId: 'users' },
  },
  sessions: {
    columns: {
      id: 'text',
      userId: 'text',
      tokenHash: 'text',
      accessTokenJti: 'text?',
      previousTokenHash: 'text?',
      rotatedAt: 'integer?',
      userAgent: 'text?',
      ip: 'text?',
      createdAt: 'integer',
      lastUsedAt: 'integer',
      idleExpiresAt: 'integer',
      absoluteExpiresAt: 'integer',
    },
    primaryKey: ['id'],
    unique: [['tokenHash']],
    belongsTo: { userId: 'users' },
  },
  rotatedRefreshTokens: {
    columns: { tokenHash: 'text', sessionId: 'text', rotatedAt: 'integer' },
    primaryKey: ['tokenHash'],
    belongsTo: { sessionId: 'sessions' },
  },
  oneTimeTokens: {
    columns: {
      tokenHash: 'text',
      purpose: 'text',
      realm: 'text',
      userId: 'text?',
      email: 'text?',
      data: 'json',
      createdAt: 'integer',
      expiresAt: 'integer',
    },
    primaryKey: ['tokenHash'],
    belongsTo: { userId: 'users' },
  },
  passkeys: {
    columns: {
      credentialId: 'text',
      userId: 'text',
      publicKey: 'text',
      counter: 'integer',
      name: 'text',
      createdAt: 'integer',
    },
    primaryKey: ['credentialId'],
    belongsTo: { userId: 'users' },
  },
  apiKeys: {
    columns: {
      id: 'text',
      keyHash: 'text',
      preview: 'text',
      name: 'text',
      description: 'text?',
      kind: 'text',
      realm: 'text',
      userId: 'text?',
      organizationId: 'text?',
      projectId: 'text?',
      scopes: 'json',
      createdAt: 'integer',
      lastUsedAt: 'integer?',
      expiresAt: 'integer?',
      revokedAt: 'integer?',
    },
    primaryKey: ['id'],
    unique: [['keyHash']],
    // A key bound to a project is deleted with it. Otherwise it would apply to the whole organization.
    belongsTo: { userId: 'users', organizationId: 'organizations', projectId: 'projects' },
  },
  organizations: {
    columns: { id: 'text', name: 'text', slug: 'text', createdAt: 'integer' },
    primaryKey: ['id'],
    unique: [['slug']],
  },
  memberships: {
    columns: { organizationId: 'text', userId: 'text', role: 'text', createdAt: 'integer' },
    primaryKey: ['organizationId', 'userId'],
    belongsTo: { organizationId: 'organizations', userId: 'users' },
  },
  projects: {
    columns: {
      id: 'text',
      organizationId: 'text',
      name: 'text',
      slug: 'text',
      description: 'text?',
      createdAt: 'integer',
    },
    primaryKey: ['id'],
    unique: [['organizationId', 'slug']],
    belongsTo: { organizationId: 'organizations' },
  },
  // Tables of one variant, which declares their row types. They exist in every database.
  workOrders: {
    columns: {
      id: 'text',
      projectId: 'text',
      title: 'text',
      status: 'text',
      deliverableType: 'text?',
      phase: 'json?',
      feature: 'json?',
      assignees: 'json',
      sortOrder: 'integer',
      createdAt: 'integer',
      updatedAt: 'integer',
    },
    primaryKey: ['id'],
    belongsTo: { projectId: 'projects' },
  },
  feedback: {
    columns: {
      id: 'text',
      projectId: 'text',
      // Not a foreign key: feedback is kept when its key is deleted.
      apiKeyId: 'text',
      status: 'text',
      data: 'json',
      createdAt: 'integer',
    },
    primaryKey: ['id'],
    belongsTo: { projectId: 'projects' },
  },
  outbox: {
    columns: {
      id: 'text',
      realm: 'text',
      recipient: 'text',
      sealed: 'text',
      attempts: 'integer',
      createdAt: 'integer',
      nextAttemptAt: 'integer',
      sentAt: 'integer?',
    },
    primaryKey: ['id'],
  },
} as const satisfies Schema

export const tables: Record<TableName, Table> = schema
export const tableNames = Object.keys(schema) as TableName[]

/** All tables, each after the tables that it references. */
export const parentsFirst: readonly TableName[] = sortedByReference(tableNames)

function sortedByReference(names: readonly TableName[], done: TableName[] = []): TableName[] {
  for (const name of names) {
    if (done.includes(name)) continue
    sortedByReference(Object.values(tables[name].belongsTo ?? {}), done)
    done.push(name)
  }
  return done
}

export const views: Record<keyof Views, View> = {
  sessionWithUser: {
    base: 'sessions',
    columns: { ...schema.sessions.columns, organizationId: 'text?', organizationRole: 'text?' },
    nested: { user: 'users' },
  },
}

/**
 * Returns the columns of a table or view by name.
 * @throws {TypeError} when the table or view does not exist
 */
export function columnsOf(name: string): Record<string, Kind> {
  const source = Object.hasOwn(tables, name)
    ? tables[name as TableName]
    : Object.hasOwn(views, name)
      ? views[name as keyof Views]
      : undefined
  if (!source) throw new TypeError(`Unknown table ${JSON.stringify(name)}.`)
  return source.columns
}
