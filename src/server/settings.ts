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

/** Settings of a server, apart from host and port. */
export interface Settings {
  /**
   * The database: a file, which is created if missing, `:memory:`, a URL such as
   * `postgres://user:password@host/database`, or an open store, which the server closes. On PostgreSQL,
   * each API has its own schema.
   */
  store?: string | SharedStore
  /** The maximum number of connections to PostgreSQL. 10 by default. */
  connections?: number
  /** The base URL of the contract's paths, as clients see it, without a trailing slash. */
  publicUrl?: string
  /**
   * The URL of the frontend. Mailed links and redirects go there, and its origin is trusted. If set, an OAuth
   * callback that can respond with JSON redirects there instead.
   */
  webUrl?: string
  /**
   * URLs of further trusted frontends, and origins of apps such as `capacitor://localhost`: CORS, redirects
   * and passkeys work from their origins. None by default.
   */
  origins?: readonly string[]
  /** Further host names that a development server accepts, such as `*.tunnel.example`. None by default. */
  allowedHosts?: readonly string[]
  /**
   * Secrets of at least 32 random bytes each, in base64 or hex. They sign tokens and encrypt queued mails.
   * The first one is used for new values, and all of them are accepted.
   */
  secrets?: readonly string[]
  mail?: MailSettings
  /** Client ids and secrets of OAuth providers. None by default. */
  oauth?: OAuthSettings
  /** A folder or an S3 bucket for uploads. A temporary folder by default. */
  files?: string | Omit<S3FilesOptions, 'now'>
  /**
   * IP addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is trusted. None by default.
   */
  trustedProxies?: readonly string[]
  /** Overrides rules of the API, such as password rules and rate limits. */
  operator?: OperatorSettings
  /**
   * Whether several processes serve the same database file and count rate limits together. False by
   * default.
   */
  multiProcess?: boolean
  /**
   * Hashes passwords. By default argon2id with 19 MiB, 2 passes and 1 lane, in a queue that the process
   * shares.
   */
  hasher?: Hasher
  /** A pino-compatible logger. JSON lines on standard output by default. */
  log?: Log
  /** Collects metrics. None by default. */
  metrics?: Metrics
  /** Replaces the registered variant. */
  variant?: ServedVariant
}

/** How mails are sent. One of `smtpUrl` and `deliver` is required in production. */
export interface MailSettings {
  /** The sender of all mails. The title of the API and `no-reply@localhost` by default. */
  sender?: MailAddress
  /** Subjects and texts of all mails. English by default. */
  texts?: MailTexts
  /** The mail server: `smtps://user:password@host:465`, or `smtp://…:587` for STARTTLS. */
  smtpUrl?: string
  /** Sends a mail. Overrides `smtpUrl`. */
  deliver?: Deliver
}

/** The default URLs in development. */
export const localUrls = { publicUrl: 'http://localhost:4000', webUrl: 'http://localhost:3000' }

/** Settings that have no safe default in production. */
type RequiredSettings = 'store' | 'publicUrl' | 'webUrl' | 'secrets' | 'mail'

export type AuthServerSettings = Settings & Required<Pick<Settings, RequiredSettings>>
