import { readFile } from 'node:fs/promises'
import { contextStorage, tryGetContext } from 'hono/context-storage'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { createHasher } from '../adapters/hasher.ts'
import { createLogger } from '../adapters/logger.ts'
import { defaultMailTexts, type MailTexts } from '../adapters/mail-texts.ts'
import { type MailAddress, startMailWorker, wakingOnMail } from '../adapters/mail-worker.ts'
import type { Metrics } from '../adapters/metrics.ts'
import type { OAuthSettings } from '../adapters/oauth/index.ts'
import type { S3FilesOptions } from '../adapters/s3-files.ts'
import { createSmtp } from '../adapters/smtp.ts'
import { UserError } from '../common/user-error.ts'
import type { AuthEvent, Hasher } from '../core/ports.ts'
import { purge } from '../core/purge.ts'
import type { Store } from '../core/store.ts'
import { isPicture, sweepUploads } from '../core/uploads.ts'
import type { Env } from '../http/env.ts'
import { createControls } from '../sandbox/controls/app.ts'
import { guardControls } from '../sandbox/controls/guard.ts'
import { type Place, redirectToDevPage } from '../sandbox/controls/pages.ts'
import { createFaults } from '../sandbox/faults.ts'
import { deliverToInbox } from '../sandbox/inbox.ts'
import { sandboxData } from '../sandbox/registry.ts'
import { createSeeding } from '../sandbox/seeding.ts'
import { createMemoryRateLimiter } from '../storage/memory/rate-limiter.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'
import type { ServedVariant } from '../variants/variant.ts'
import { createServer, type Log, type Mount, mountAt } from './app.ts'
import { clientAddress } from './client-address.ts'
import { openFiles } from './files.ts'
import { ownNames } from './hosts.ts'
import { createSettings, type OperatorSettings } from './operator-settings.ts'
import { openStore, type SharedStore, secretsOf, servedVariant, siteOf } from './resources.ts'
import { withUserErrors } from './user-errors.ts'
import { createWorld } from './world.ts'

/** What a server can be told. All of it has a default that makes a sandbox for development. */
export interface Settings {
  mode?: 'development' | 'production'
  /**
   * A database file, which is made when there is none, `:memory:`, or `postgres://user:password@host/database`, in which each
   * API has a schema of its own. Or a store that is open.
   */
  store?: string | SharedStore
  /** How many connections to PostgreSQL there are at most. */
  connections?: number
  /** What the server listens on; in development mode, calls to other names are refused. */
  host?: string
  /** Below which the contract's paths are, as others reach it. */
  publicUrl?: string
  /** Pages around this server that its own pages lead to; none when it is alone. */
  hub?: Place['hub']
  /** Where mailed links and redirects lead. */
  webUrl?: string
  /** Further frontends that are trusted. */
  origins?: readonly string[]
  /** 32 bytes of text or more each; the first one signs. New ones for every server by default. */
  secrets?: readonly string[]
  /** Where the secret is kept that is made when none is given; beside a database file by default. */
  secretFile?: string
  mail?: { sender?: MailAddress; texts?: MailTexts; smtpUrl?: string }
  /** Providers with credentials. In development mode, the others are simulated. */
  oauth?: OAuthSettings
  /** The folder for uploads, or storage that speaks S3. */
  files?: string | Omit<S3FilesOptions, 'now'>
  /** Addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[]
  /** What operators decide; the contract's own otherwise. */
  operator?: OperatorSettings
  /** Whether several processes serve the same database file; those on PostgreSQL need not be told. */
  sharesFile?: boolean
  hasher?: Hasher
  log?: Log
  metrics?: Metrics
  /** In place of the registered one. */
  variant?: ServedVariant
  /** In place of the registered ones. */
  examples?: SandboxData
}

/** From where a request came, as far as the listener knows. */
export interface Connection {
  address: string | null
}

export interface Sandbox {
  publicUrl: string
  /** @param connection where the request comes from; the listener knows */
  fetch: (request: Request, connection?: Connection) => Response | Promise<Response>
  /** Tells load balancers to send no more; all the same, everything is still answered. */
  retreat: () => void
  /** Lets mails under way finish, and closes the store. */
  close: () => Promise<void>
}

const PURGE_EVERY_MS = 10 * 60_000

/**
 * Makes a whole server of one API: store, seed, clock, limits, hashing, mail, providers and files.
 * @throws {UserError} when a setting cannot work
 */
export async function createSandbox(name: VariantName, settings: Settings = {}): Promise<Sandbox> {
  const variant = settings.variant ?? (await servedVariant(name))
  return withUserErrors(async () => {
    const opened = await openStore(settings, name)
    try {
      return await serveFrom(opened, variant, name, settings)
    } catch (error) {
      await opened.close()
      throw error
    }
  })
}

async function serveFrom(
  opened: SharedStore,
  variant: ServedVariant,
  name: VariantName,
  settings: Settings,
): Promise<Sandbox> {
  const { mode = 'development', host = '127.0.0.1' } = settings
  const isDevelopment = mode === 'development'
  const log = settings.log ?? createLogger()
  const document = JSON.parse(await readFile(contractUrl(name), 'utf8'))
  const {
    seed,
    origins = [],
    ...examples
  } = (isDevelopment && (settings.examples ?? (await sandboxData[name]?.()))) || noExamples
  const site = siteOf(settings, { trusted: origins, local: isDevelopment })
  const hasher = settings.hasher ?? sharedHasher()

  const { metrics } = settings
  const record = ({ name: event, at, ...about }: AuthEvent) => {
    metrics?.event({ name: event, ...about })
    log.info(
      { requestId: tryGetContext<Env>()?.get('requestId'), event, ...about, at: new Date(at).toISOString() },
      'audit',
    )
  }

  metrics?.gauge('mails_waiting', 'Mails that no mail server has taken yet', () =>
    opened.count('outbox', { sentAt: null }),
  )
  const secrets = await secretsOf(settings)
  const smtpUrl = settings.mail?.smtpUrl
  const deliver = smtpUrl === undefined ? deliverToInbox : createSmtp(smtpUrl)
  const addressOf = clientAddress(settings.trustedProxies ?? [])
  let wake = () => {}
  const base = wakingOnMail(opened, () => wake())

  const files = openFiles({
    place: settings.files,
    baseUrl: `${site.publicUrl}${UPLOADS}`,
    secrets,
    now: () => life.world.clock.now(),
    isShown: (key) => isPicture({ store: opened }, key),
  })
  const newLife = () => {
    const world = createWorld({
      variant,
      site,
      store: base,
      hasher,
      secrets,
      record,
      oauth: settings.oauth ?? {},
      limiter: 'limiter' in opened ? opened.limiter : createMemoryRateLimiter,
      examples,
      home: settings.hub?.home,
      simulatorUrl: isDevelopment ? `${site.publicUrl}${SIMULATOR}` : null,
    })
    const operators = createSettings(variant, world)
    if (settings.operator) operators.decide(settings.operator)
    return { world, operators, faults: createFaults(document) }
  }
  type Life = ReturnType<typeof newLife> & { app: ReturnType<typeof createServer> }

  const seeding = createSeeding(seed, base)
  const style = {
    sender: settings.mail?.sender ?? { name: document.info.title, address: 'no-reply@localhost' },
    texts: settings.mail?.texts ?? defaultMailTexts,
  }
  const place: Place = { title: document.info.title, url: site.publicUrl, hub: settings.hub }
  const isOwnName = ownNames(host, [new URL(site.publicUrl).hostname])
  let isRetreating = false
  let life: Life

  function withApp(fresh: ReturnType<typeof newLife>): Life {
    const { world, operators, faults } = fresh
    const usesFiles = variant.switches.fileStorage !== undefined
    const mounts: Mount[] = []
    if (usesFiles && files.handle) mounts.push(mountAt(UPLOADS, files.handle))
    if (world.simulator) mounts.push(mountAt(SIMULATOR, world.simulator.fetch))
    if (isDevelopment) {
      const controls = createControls({
        ...{ variant, world, faults, seeding, style, place, log, reset },
        settings: operators,
      })
      mounts.push({ path: CONTROLS, fetch: controls.fetch })
    }
    const app = createServer(
      variant,
      { core: world.core, site, switches: world.switches, providers: world.providers, files: files.port },
      {
        log,
        mounts,
        isReady: async () => !isRetreating && (await canRead(opened)),
        checkReplies: isDevelopment,
        middleware: [
          contextStorage(),
          ...(isDevelopment ? [guardControls(CONTROLS, isOwnName), redirectToDevPage(place, CONTROLS)] : []),
        ],
        operationsMiddleware: isDevelopment ? [faults.middleware] : [],
        ...(metrics && { observe: metrics.request }),
      },
    )
    return { ...fresh, app }
  }

  let lastReset: Promise<unknown> = Promise.resolve()
  /** One after the other; when one fails, all is as it was. */
  function reset(): Promise<void> {
    const done = lastReset.then(async () => {
      const next = newLife()
      const changes = await seeding.fresh(next.world.core)
      const revive = life.world.retire()
      try {
        await seeding.replaceAll(changes)
      } catch (error) {
        revive()
        throw error
      }
      life = withApp(next)
      await files.clear()
    })
    lastReset = done.catch(() => {})
    return done
  }

  life = withApp(newLife())
  if (isDevelopment) await seeding.unlessUsed(life.world.core)
  else if ((await opened.count('users', { id: { in: [...variant.exampleUserIds] } })) > 0)
    throw new UserError(
      'The database holds the people of the examples, whose passwords are public. Production mode needs one of its own.',
    )

  const worker = startMailWorker({
    core: { store: base, secrets, now: () => life.world.clock.now() },
    deliver,
    style,
    log,
  })
  wake = worker.wake
  const tidyUp = () => Promise.all([purge(life.world.core), sweepUploads(life.world.core, files.port)])
  const purging = setInterval(
    () => tidyUp().catch((err) => log.error({ err }, 'not purged')),
    PURGE_EVERY_MS,
  ).unref()

  return {
    publicUrl: site.publicUrl,
    fetch(request, connection = { address: null }) {
      return life.app.fetch(request, { address: addressOf(connection.address, request.headers) })
    },
    retreat() {
      isRetreating = true
    },
    async close() {
      clearInterval(purging)
      await worker.stop()
      await opened.close()
      await files.close()
    },
  }
}

const noExamples: SandboxData = { seed: async () => ({ changes: [], users: [], apiKeys: [], tokens: [] }) }

const CONTROLS = '/__dev'
const SIMULATOR = '/__oauth'
const UPLOADS = '/uploads'

const canRead = (store: Store): Promise<boolean> =>
  store.find('users', { id: '' }).then(
    () => true,
    () => false,
  )

let hasher: Hasher | undefined
/** All servers of a process share one, since they share its threads. */
function sharedHasher(): Hasher {
  hasher ??= createHasher()
  return hasher
}
