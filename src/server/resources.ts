import type { MiddlewareHandler } from 'hono'
import { contextStorage } from 'hono/context-storage'
import type { VariantName } from '../../generated/index.ts'
import { createHasher } from '../adapters/hasher.ts'
import { createLogger } from '../adapters/logger.ts'
import { type Deliver, type MailStyle, wakeOnMail } from '../adapters/mail-worker.ts'
import type { Metrics } from '../adapters/metrics.ts'
import { createSmtp } from '../adapters/smtp.ts'
import { UserError } from '../common/user-error.ts'
import type { AuthEvent, Hasher, RateLimiter } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { isPicture } from '../core/uploads.ts'
import type { Env } from '../http/env.ts'
import type { Document } from '../openapi/document.ts'
import { createMemoryRateLimiter } from '../storage/memory/rate-limiter.ts'
import type { ServedVariant, Site } from '../variants/variant.ts'
import type { Log } from './app.ts'
import { createAuditLog } from './audit-log.ts'
import { uploadsPath } from './build-server.ts'
import { createClientIpReader } from './client-ip.ts'
import { type Clock, systemClock } from './clock.ts'
import { loadDocument } from './document.ts'
import { type FileStorage, openFiles } from './files.ts'
import { mailStyleOf } from './mail-style.ts'
import { createReadiness, type Readiness } from './readiness.ts'
import { loadServedVariant } from './served-variant.ts'
import type { AuthServerSettings, MailSettings } from './settings.ts'
import { createSite } from './site.ts'
import type { SharedStore } from './store.ts'

/** The resources of a server, open until it closes. Unlike the context, they survive a reset of a sandbox. */
export interface Resources {
  /** The name of the API. */
  name: VariantName
  variant: ServedVariant
  /** The OpenAPI document. */
  document: Document
  site: Site
  /** Wakes the mail worker when a mail is queued. */
  store: Store
  limiter: (clock: Clock) => RateLimiter
  hasher: Hasher
  secrets: readonly string[]
  files: FileStorage
  mail: { style: MailStyle; deliver: Deliver; onQueued: (wake: () => void) => void }
  clock: Clock
  /** Returns the IP address of a client. `socket` is the remote IP address of the connection. */
  readClientIp: (socket: string | null, headers: Headers) => string | null
  readiness: Readiness
  record: (event: AuthEvent) => void
  /** Provides the current request to `record`. Runs before all other middleware. */
  requestScope: readonly MiddlewareHandler<Env>[]
  log: Log
  metrics: Metrics | undefined
  close: () => Promise<void>
}

/**
 * Opens the resources of a server.
 * @param store closed together with the other resources
 * @throws {UserError} when a setting is invalid
 */
export async function openResources(
  name: VariantName,
  store: SharedStore,
  settings: AuthServerSettings,
  { site = createSite(settings), clock = systemClock }: { site?: Site; clock?: Clock } = {},
): Promise<Resources> {
  const variant = settings.variant ?? (await loadServedVariant(name))
  const document = await loadDocument(name)
  const { secrets, log = createLogger(), metrics } = settings
  const files = openUploads(settings, { store, site, clock })
  let wake = () => {}
  return {
    name,
    variant,
    document,
    site,
    store: wakeOnMail(store, () => wake()),
    limiter: store.limiter ?? createMemoryRateLimiter,
    hasher: settings.hasher ?? sharedHasher(),
    secrets,
    files,
    mail: {
      ...createMail(settings.mail, document.info.title),
      onQueued(next) {
        wake = next
      },
    },
    clock,
    readClientIp: createClientIpReader(settings.trustedProxies ?? []),
    readiness: createReadiness(store),
    log,
    metrics,
    record: createAuditLog(log, metrics),
    requestScope: [contextStorage()],
    async close() {
      await store.close()
      await files.close()
    },
  }
}

/** Opens the storage for uploads. Only pictures in use by a user are public. */
function openUploads(
  { files, secrets }: AuthServerSettings,
  { store, site, clock }: { store: Store; site: Site; clock: Clock },
): FileStorage {
  return openFiles({
    storage: files,
    baseUrl: `${site.publicUrl}${uploadsPath}`,
    secrets,
    now: clock.now,
    isPublic: (key) => isPicture({ store }, key),
  })
}

/** @throws {UserError} when no mail server is configured */
function createMail(
  { smtpUrl, deliver, ...styleSettings }: MailSettings,
  title: string,
): { style: MailStyle; deliver: Deliver } {
  const style = mailStyleOf(styleSettings, title)
  if (deliver) return { style, deliver }
  if (smtpUrl === undefined)
    throw new UserError('No mail server is configured. Set mail.smtpUrl or mail.deliver.')
  return { style, deliver: createSmtp(smtpUrl) }
}

let hasher: Hasher | undefined
/** All servers of a process share one hasher, because its queue limits the use of the thread pool. */
function sharedHasher(): Hasher {
  hasher ??= createHasher()
  return hasher
}
