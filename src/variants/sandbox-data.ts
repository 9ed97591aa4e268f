import type { ImageType } from '../core/files.ts'
import type { Core } from '../core/ports.ts'
import type { Change } from '../core/store.ts'

/** What the sandbox of a variant starts with: the contract's examples. Production code never loads it. */
export interface SandboxData {
  /** The users, keys and tokens of the examples, as rows for an empty store. */
  seed: (core: Core) => Promise<Seed>
  /** Frontends of the examples, trusted in addition to pages on this machine. */
  origins?: readonly string[]
  /** Accounts at the simulated providers, in addition to the simulator's own. */
  accounts?: readonly ProviderAccount[]
  /** Authorization codes of the examples. They never expire and work for any client. Null is an unreadable profile. */
  codes?: Readonly<Record<string, ProviderAccount | null>>
  /** Uploaded files of the examples. */
  files?: readonly ExampleFile[]
}

/** A file in the storage of uploads. */
export interface ExampleFile {
  key: string
  contentType: ImageType
  content: Uint8Array<ArrayBuffer>
}

/** Somebody who can sign in at the simulated providers. */
export interface ProviderAccount {
  /** The provider's id of the account: digits, no more than fit into a JSON number, because GitHub's are numbers. */
  subject: string
  name: string
  email: string | null
  emailVerified: boolean
  /** Without one, the simulator draws the initials. */
  picture?: string | undefined
  /** What is special about signing in as this account; shown on the consent page. */
  note?: string | undefined
}

/** What a fresh sandbox contains, and how to use it. The shapes are those of the development control `getSeed`. */
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
