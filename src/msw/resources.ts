import { base64url } from 'jose'
import type { VariantName } from '../../generated/index.ts'
import { createMemoryFiles } from '../adapters/memory-files.ts'
import { isPicture } from '../core/uploads.ts'
import { deliverToInbox } from '../sandbox/inbox.ts'
import type { Log } from '../server/app.ts'
import { uploadsPath } from '../server/build-server.ts'
import type { Clock } from '../server/clock.ts'
import { loadDocument } from '../server/document.ts'
import { mailStyleOf } from '../server/mail-style.ts'
import { createReadiness } from '../server/readiness.ts'
import type { Resources } from '../server/resources.ts'
import { loadServedVariant } from '../server/served-variant.ts'
import { createMemoryRateLimiter } from '../storage/memory/rate-limiter.ts'
import { createMemoryStore } from '../storage/memory/store.ts'
import type { Site } from '../variants/variant.ts'
import { createWebHasher } from './hasher.ts'

/** Opens the resources of a sandbox on Web-standard globals. Everything is in memory. */
export async function openWebResources(name: VariantName, site: Site, clock: Clock): Promise<Resources> {
  const [variant, document] = await Promise.all([loadServedVariant(name), loadDocument(name)])
  const store = createMemoryStore()
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const { handle, clear, ...port } = createMemoryFiles({
    baseUrl: `${site.publicUrl}${uploadsPath}`,
    secrets: [secret],
    now: clock.now,
    isPublic: (key) => isPicture({ store }, key),
  })
  const noop = async () => {}
  return {
    name,
    variant,
    document,
    site,
    store,
    limiter: createMemoryRateLimiter,
    hasher: createWebHasher(),
    secrets: [base64url.encode(secret)],
    files: { port, handle, clear: async () => clear(), sweepUnfinished: noop, close: noop },
    mail: { style: mailStyleOf({}, document.info.title), deliver: deliverToInbox, onQueued: () => {} },
    clock,
    readClientIp: (socket) => socket,
    readiness: createReadiness(store),
    record: () => {},
    requestScope: [],
    log: consoleLog,
    metrics: undefined,
    close: store.close,
  }
}

/** Only problems: a line per request would clutter the output of tests. */
const consoleLog: Log = {
  info: () => {},
  warn: (fields, message) => console.warn(message, fields),
  error: (fields, message) => console.error(message, fields),
}
