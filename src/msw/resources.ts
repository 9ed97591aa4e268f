import { base64url } from 'jose'
import type { VariantName } from '../../generated/index.ts'
import { createMemoryFiles } from '../adapters/memory-files.ts'
import { newSecret } from '../core/secrets.ts'
import type { AnyRow } from '../core/store.ts'
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
import { toInsert } from '../storage/exported-rows.ts'
import { createMemoryRateLimiter } from '../storage/memory/rate-limiter.ts'
import { createMemoryStore } from '../storage/memory/store.ts'
import type { Site } from '../variants/variant.ts'
import { createWebHasher } from './hasher.ts'

/**
 * Opens the resources of a sandbox on Web-standard globals. Everything is in memory.
 * @param saved the secret and the rows of an earlier page; a new secret and no rows by default
 * @throws {Error} when the rows do not fit the tables
 */
export async function openWebResources(
  name: VariantName,
  site: Site,
  clock: Clock,
  { secret = newSecret({ random }), rows = [] }: { secret?: string; rows?: AnyRow[] } = {},
): Promise<Resources> {
  const [variant, document] = await Promise.all([loadServedVariant(name), loadDocument(name)])
  const store = createMemoryStore()
  const written = await store.write(rows.map(toInsert))
  if (!written.done) throw new Error('The saved rows contradict each other.')
  const { handle, clear, archive, ...port } = createMemoryFiles({
    baseUrl: `${site.publicUrl}${uploadsPath}`,
    secrets: [base64url.decode(secret)],
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
    secrets: [secret],
    files: { port, handle, archive, clear: async () => clear(), sweepUnfinished: noop, close: noop },
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

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

/** Only problems: a line per request would clutter the output of tests. */
const consoleLog: Log = {
  info: () => {},
  warn: (fields, message) => console.warn(message, fields),
  error: (fields, message) => console.error(message, fields),
}
