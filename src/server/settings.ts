import type { MailTexts } from '../adapters/mail-texts.ts'
import type { Deliver, MailAddress } from '../adapters/mail-worker.ts'
import type { Metrics } from '../adapters/metrics.ts'
import type { OAuthSettings } from '../adapters/oauth/index.ts'
import type { S3FilesOptions } from '../adapters/s3-files.ts'
import type { Hasher } from '../core/ports.ts'
import type { ServedVariant } from '../variants/variant.ts'
import type { Log } from './app.ts'
import type { OperatorSettings } from './operator-settings.ts'
import type { SharedStore } from './store.ts'

/** Settings of a server, apart from the address it listens on. */
export interface Settings {
  /**
   * A database file (created if missing), `:memory:`, `postgres://user:password@host/database` (each API has its own schema),
   * or an open store, which the server closes.
   */
  store?: string | SharedStore
  /** At most this many connections to PostgreSQL. */
  connections?: number
  /** The base URL of the contract's paths, as clients reach it. */
  publicUrl?: string
  /** The frontend: mailed links and redirects lead there, and its pages may call the server. */
  webUrl?: string
  /** Further trusted frontends. */
  origins?: readonly string[]
  /** Signing secrets of at least 32 bytes each. The first one signs, all are accepted. */
  secrets?: readonly string[]
  mail?: MailSettings
  /** Credentials of OAuth providers. */
  oauth?: OAuthSettings
  /** A folder for uploads, or an S3 bucket. A temporary folder by default. */
  files?: string | Omit<S3FilesOptions, 'now'>
  /** IP addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is trusted. */
  trustedProxies?: readonly string[]
  /** Overrides the defaults of the contract. */
  operator?: OperatorSettings
  /** Whether several processes serve the same database file. Not needed on PostgreSQL. */
  sharesFile?: boolean
  hasher?: Hasher
  log?: Log
  metrics?: Metrics
  /** Replaces the registered variant. */
  variant?: ServedVariant
}

export interface MailSettings {
  sender?: MailAddress
  texts?: MailTexts
  /** `smtps://user:password@host:465`, or `smtp://…:587` for STARTTLS. */
  smtpUrl?: string
  /** Sends mails instead of SMTP. */
  deliver?: Deliver
}

/** Where server and frontend are on a developer's machine. */
export const localUrls = { publicUrl: 'http://localhost:4000', webUrl: 'http://localhost:3000' }

/** Settings without defaults that would be safe. */
type Needed = 'store' | 'publicUrl' | 'webUrl' | 'secrets' | 'mail'

export type AuthServerSettings = Settings & Required<Pick<Settings, Needed>>
