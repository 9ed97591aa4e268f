import type { ImageType } from '../core/files.ts'
import type { Core } from '../core/ports.ts'
import type { Change } from '../core/store.ts'

/** The initial data of a variant's sandbox, from the contract's examples. Production code never loads it. */
export interface SandboxData {
  /** Returns the users, API keys and tokens of the examples as rows for an empty store. */
  seed: (core: Core) => Promise<Seed>
  /** Trusted frontends, in addition to pages on this machine. */
  origins?: readonly string[]
  /** Accounts at the simulated providers, in addition to the default ones. */
  accounts?: readonly ProviderAccount[]
  /** Whether an email that the provider has not verified can create an account. False by default. */
  acceptsUnverifiedEmail?: boolean
  /** Reusable codes of the examples, by provider and code. Null simulates an unreadable profile. */
  codes?: Readonly<Record<string, Readonly<Record<string, ProviderAccount | null>>>>
  /** Uploaded files of the examples. */
  files?: readonly ExampleFile[]
  /** The API keys that users manage themselves, for a page of the sandbox. None by default. */
  apiKeys?: ManagedApiKeys
}

/** How `listApiKeys`, `createApiKey` and `deleteApiKey` of an API describe keys. */
export interface ManagedApiKeys {
  /** Facts for the owner of a key. */
  about: string
  scopes: readonly string[]
  /** Whether keys have a description besides their name. */
  hasDescription: boolean
  /** Names of fields in bodies. `list` contains the keys, and `secret` the new key. */
  fields: Record<'list' | 'scopes' | 'preview' | 'createdAt' | 'lastUsedAt' | 'secret', string>
}

/** A file in the storage of uploads. */
export interface ExampleFile {
  key: string
  contentType: ImageType
  content: Uint8Array<ArrayBuffer>
}

export type ProviderName = 'google' | 'github' | 'twitter'

/** An account at the simulated OAuth providers. */
export interface ProviderAccount {
  /** The id of the account. Only digits. GitHub sends the last 15 as a JSON number. */
  subject: string
  name: string
  email: string | null
  emailVerified: boolean
  /** The URL of the picture. The initials of the name by default. */
  picture?: string | undefined
  /** Explains on the consent page what is special about this account. */
  note?: string | undefined
  /** Why the API rejects this account while the data is as seeded, at all providers except `acceptedAt`. */
  rejected?: { reason: string; acceptedAt?: ProviderName } | undefined
}

/** The initial data of a sandbox: rows, and their description for the development control `getSeed`. */
export interface Seed {
  changes: Change[]
  users: SeededUser[]
  apiKeys: SeededApiKey[]
  tokens: SeededToken[]
}

export interface SeededUser {
  id: string
  email: string | null
  password: string | null
  name: string
  role: string
  plan: string | null
  status: 'active' | 'disabled'
  emailVerified: boolean
  totpSecret: string | null
  note: string
}

export interface SeededApiKey {
  id: string
  name: string
  key: string
  state: 'active' | 'expired' | 'revoked'
  userId: string | null
  organizationId: string | null
  projectId: string | null
  environment: string | null
  scopes: string[]
  note: string
}

export interface SeededToken {
  purpose: 'session' | 'refresh' | 'verifyEmail' | 'resetPassword' | 'invitation' | 'oauthState'
  token: string
  userId: string | null
  state: 'active' | 'expired' | 'used'
  note: string
}
