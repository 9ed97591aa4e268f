import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { createHasher } from '../adapters/hasher.ts'
import { createLogger } from '../adapters/logger.ts'
import { defaultMailTexts } from '../adapters/mail-texts.ts'
import { type Deliver, type MailStyle, wakeOnMail } from '../adapters/mail-worker.ts'
import type { Metrics } from '../adapters/metrics.ts'
import { createSmtp } from '../adapters/smtp.ts'
import { UserError } from '../common/user-error.ts'
import type { AuthEvent, Hasher, RateLimiter } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { isPicture } from '../core/uploads.ts'
import type { Document } from '../openapi/document.ts'
import { createMemoryRateLimiter } from '../storage/memory/rate-limiter.ts'
import { variants } from '../variants/index.ts'
import { isServed, type ServedVariant, type Site, type Variant } from '../variants/variant.ts'
import type { Log } from './app.ts'
import { createAuditLog } from './audit-log.ts'
import { clientAddress } from './client-address.ts'
import { type Clock, systemClock } from './clock.ts'
import { type FileStorage, openFiles } from './files.ts'
import { trustedOrigins } from './origins.ts'
import { createReadiness, type Readiness } from './readiness.ts'
import type { AuthServerSettings, MailSettings } from './settings.ts'
import type { SharedStore } from './store.ts'

/** What a server keeps open until it ends. */
export interface Resources {
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
  /** @returns the IP address of a client, given the other end of its socket */
  clientAddress: (socket: string | null, headers: Headers) => string | null
  readiness: Readiness
  record: (event: AuthEvent) => void
  log: Log
  metrics: Metrics | undefined
  close: () => Promise<void>
}

/** The path of uploads, where the server itself stores them. */
export const uploadsPath = '/uploads'

/**
 * Prepares everything that a server depends on.
 * @param store closed together with the other resources
 * @throws {UserError} when a setting cannot work
 */
export async function openResources(
  name: VariantName,
  store: SharedStore,
  settings: AuthServerSettings,
  { site = siteOf(settings), clock = systemClock }: { site?: Site; clock?: Clock } = {},
): Promise<Resources> {
  const variant = settings.variant ?? (await loadServedVariant(name))
  const document: Document = JSON.parse(await readFile(contractUrl(name), 'utf8'))
  const { secrets, log = createLogger(), metrics } = settings
  const files = openUploads(settings, { store, site, clock })
  let wake = () => {}
  return {
    variant,
    document,
    site,
    store: wakeOnMail(store, () => wake()),
    limiter: store.limiter ?? createMemoryRateLimiter,
    hasher: settings.hasher ?? sharedHasher(),
    secrets,
    files,
    mail: {
      ...mailOf(settings.mail, document.info.title),
      onQueued(next) {
        wake = next
      },
    },
    clock,
    clientAddress: clientAddress(settings.trustedProxies ?? []),
    readiness: createReadiness(store),
    log,
    metrics,
    record: createAuditLog(log, metrics),
    async close() {
      await store.close()
      await files.close()
    },
  }
}

/** Only the pictures of users are shown to everyone. */
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

/** @throws {UserError} when there is only a contract */
export async function loadServedVariant(name: VariantName): Promise<ServedVariant> {
  const variant: Variant = await variants[name]()
  if (!isServed(variant)) throw new UserError(`${name} has a contract, but no server.`)
  return variant
}

/** @param options.local whether every page on this machine is trusted */
export function siteOf(
  {
    publicUrl,
    webUrl,
    origins = [],
  }: Pick<AuthServerSettings, 'publicUrl' | 'webUrl'> & { origins?: readonly string[] },
  { local = false }: { local?: boolean } = {},
): Site {
  return { publicUrl, webUrl, allowsOrigin: trustedOrigins([publicUrl, webUrl, ...origins], { local }) }
}

/** @throws {UserError} when mails could not be sent */
function mailOf(
  { sender, texts = defaultMailTexts, smtpUrl, deliver }: MailSettings,
  title: string,
): { style: MailStyle; deliver: Deliver } {
  const style = { sender: sender ?? { name: title, address: 'no-reply@localhost' }, texts }
  if (deliver) return { style, deliver }
  if (smtpUrl === undefined)
    throw new UserError('No mail server is configured. Set mail.smtpUrl or mail.deliver.')
  return { style, deliver: createSmtp(smtpUrl) }
}

let hasher: Hasher | undefined
/** The servers of a process share its threads, and therefore one queue for them. */
function sharedHasher(): Hasher {
  hasher ??= createHasher()
  return hasher
}
