import type { TableName } from '../core/store.ts'
import type { Tables, Views } from '../core/tables.ts'

/**
 * Tables as data: what the engines share. An engine that has a schema of its own (SQL migrations) is tested against
 * this one; memory has no other.
 */
export interface Table {
  columns: Record<string, Kind>
  primaryKey: readonly string[]
  /** Sets of columns that no two rows may share, `null` excepted. */
  unique?: readonly (readonly string[])[]
  /** By column: the table whose row this one belongs to, and goes with. */
  belongsTo?: Readonly<Record<string, TableName>>
}

/** A join: the columns of `base`, those of rows found by it, and some of its own. */
export interface View {
  base: TableName
  columns: Record<string, Kind>
  nested: Readonly<Record<string, TableName>>
}

/** What a column holds; `?` where it may be null. An integer is a safe one (2^53 - 1 at most). */
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
    // A key that is bound to a project goes with it: without the project, the key would reach the whole organization.
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
  // Tables of one variant, which declares their rows. They are in every database.
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
      // Only names the key: what it reported outlives it.
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

/** Each table after those whose rows its own belong to. */
export const parentsFirst: readonly TableName[] = ordered(tableNames)

function ordered(names: readonly TableName[], done: TableName[] = []): TableName[] {
  for (const name of names) {
    if (done.includes(name)) continue
    ordered(Object.values(tables[name].belongsTo ?? {}), done)
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
 * @returns the columns of a table or view by name
 * @throws {TypeError} when there is no such table or view
 */
export function columnsOf(name: string): Record<string, Kind> {
  const source = Object.hasOwn(tables, name)
    ? tables[name as TableName]
    : Object.hasOwn(views, name)
      ? views[name as keyof Views]
      : undefined
  if (!source) throw new TypeError(`There is no table ${JSON.stringify(name)}.`)
  return source.columns
}
