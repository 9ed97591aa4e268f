import type { MiddlewareHandler } from 'hono'
import { every } from 'hono/combine'
import { routes } from '../../../generated/_dev/routes.ts'
import type { MailStyle } from '../../adapters/mail-worker.ts'
import { UserError } from '../../common/user-error.ts'
import type { Core } from '../../core/ports.ts'
import { StoreUnavailableError } from '../../core/store.ts'
import { type ContractApp, createApp } from '../../http/app.ts'
import { bodySchema, parseJson } from '../../http/body.ts'
import type { Env } from '../../http/env.ts'
import type { Handlers } from '../../http/handlers.ts'
import { limitBody, maxBodyBytes } from '../../http/middleware/limit-body.ts'
import { applyUserChanges } from '../../server/administration/user-changes.ts'
import type { Log } from '../../server/app.ts'
import { findUnknownField } from '../../server/operator-settings.ts'
import type { ServedVariant, Site } from '../../variants/variant.ts'
import type { MovableClock } from '../clock.ts'
import { type Faults, UnknownExampleError } from '../faults.ts'
import type { SnapshotControls } from '../generations.ts'
import { readInbox } from '../inbox.ts'
import type { NamedSandboxes } from '../isolation/isolate.ts'
import type { Seeding } from '../seeding.ts'
import type { Simulator } from '../simulator/index.ts'
import { decideConsent, listConsents } from './consents.ts'
import { readData } from './data.ts'
import { ControlError, errorReply, errorResponses } from './errors.ts'
import { signInAs } from './sessions.ts'
import type { ControlledSettings } from './settings.ts'

export interface ControlsOptions {
  /** The name of the API. */
  name: string
  variant: ServedVariant
  site: Site
  core: Core
  clock: MovableClock
  /** Null when the API has no OAuth providers. */
  simulator: Simulator | null
  settings: ControlledSettings
  faults: Faults
  seeding: Seeding
  style: MailStyle
  log: Log
  named: NamedSandboxes
  reset: () => Promise<void>
  snapshots: SnapshotControls
}

/** Creates the development controls of one generation of a sandbox. */
export function createControls({
  name,
  variant,
  site,
  core,
  clock,
  simulator,
  settings,
  faults,
  seeding,
  style,
  log,
  named,
  reset,
  snapshots,
}: ControlsOptions): ContractApp {
  const time = () => new Date(clock.now()).toISOString()
  const secret = { 'Cache-Control': 'no-store' }

  const handlers: Handlers<typeof routes> = {
    async listMails({ query }) {
      // Emails contain no spaces: a space is the unencoded plus sign of `?to=ada+test@example.com`.
      const mails = await readInbox(core, style, { to: query.to?.trim().replaceAll(' ', '+') })
      return { status: 200, headers: secret, body: { mails } }
    },
    async advanceClock({ body }) {
      clock.advance(body.advanceSeconds)
      return { status: 200, body: { now: time(), offsetSeconds: clock.offsetSeconds() } }
    },
    async resetSandbox() {
      await reset()
      return { status: 204 }
    },
    async getData({ query }) {
      const data = await readData({ core, administration: variant.administration }, query)
      return { status: 200, headers: secret, body: { api: name, ...data } }
    },
    async signInAs({ body: { user }, requestMeta }) {
      const { apiKeys } = await seeding.describe(core)
      const session = await signInAs({ core, variant, site, apiKeys }, user, requestMeta)
      return { status: 201, headers: secret, body: session }
    },
    async getSeed() {
      const { users, apiKeys, tokens } = await seeding.describe(core)
      return { status: 200, headers: secret, body: { api: name, users, apiKeys, tokens } }
    },
    async updateSettings({ body }) {
      const { users: userChanges = [], ...others } = body
      const applySettings = settings.prepareUpdate(others)
      const users = await applyUserChanges(core, variant.administration, userChanges)
      applySettings()
      return { status: 200, headers: secret, body: { ...settings.read(), users } }
    },
    async listFaults() {
      return { status: 200, body: { faults: faults.list() } }
    },
    async injectFault({ body }) {
      const { operationId, status, statusClass, example, connection, delayMs, times } = body
      if (status !== undefined && statusClass !== undefined)
        throw new ControlError('invalidRequest', 'Send a status or a statusClass, but not both')
      if (times > 0 && (status ?? statusClass ?? connection ?? delayMs) === undefined)
        throw new ControlError(
          'invalidRequest',
          'Send a status, a statusClass, a connection or a delayMs, or times: 0',
        )
      if (connection === 'reset' && (status ?? statusClass) !== undefined)
        throw new ControlError('invalidRequest', 'A reset connection has no response. Send no status')
      faults.inject({
        operationId,
        times,
        ...(status !== undefined && { status }),
        ...(statusClass !== undefined && { statusClass }),
        ...(example !== undefined && { example }),
        ...(connection !== undefined && { connection }),
        ...(delayMs !== undefined && { delayMs }),
      })
      return { status: 200, body: { faults: faults.list() } }
    },
    async listConsents() {
      return { status: 200, headers: secret, body: listConsents(simulator) }
    },
    async decideConsent({ body }) {
      return { status: 200, headers: secret, body: await decideConsent(simulator, body) }
    },
    async listSnapshots() {
      return { status: 200, body: { snapshots: await snapshots.list() } }
    },
    async saveSnapshot({ params: { name } }) {
      return { status: 200, body: await snapshots.save(name) }
    },
    async restoreSnapshot({ params: { name } }) {
      await snapshots.restore(name)
      return { status: 204 }
    },
    async deleteSnapshot({ params: { name } }) {
      await snapshots.remove(name)
      return { status: 204 }
    },
    async listSandboxes() {
      const sandboxes = named
        .list()
        .map((sandbox) => ({ ...sandbox, lastUsedAt: new Date(sandbox.lastUsedAt).toISOString() }))
      return { status: 200, body: { sandboxes } }
    },
    async deleteSandbox({ params: { name } }) {
      if (!named.remove(name)) throw new ControlError('notFound', `Unknown sandbox ${name}`)
      return { status: 204 }
    },
  }

  return createApp({
    routes,
    handlers,
    errorResponses,
    middlewareByOperation: { updateSettings: every(limitBody(maxBodyBytes), rejectUnknownSettings) },
    replyToError(error) {
      if (error instanceof ControlError) return errorReply(error.code, error.message)
      if (error instanceof UserError) return errorReply(error.code, error.message.replace(/\.$/, ''))
      if (error instanceof UnknownExampleError) return errorReply('notFound', error.message)
      if (error instanceof StoreUnavailableError) return errorReply('unavailable')
      log.error({ err: error }, 'unexpected error in a development control')
      return errorReply('internalError')
    },
  })
}

const settingsSchema = bodySchema(routes.updateSettings.request.body.content, 'application/json')

/** Rejects unknown settings, which validation would drop silently. */
const rejectUnknownSettings: MiddlewareHandler<Env> = async (c, next) => {
  const bytes = new Uint8Array(await c.req.raw.clone().arrayBuffer())
  const sent = bytes.length > 0 ? parseJson(bytes, c.req.header('content-type') ?? null) : undefined
  const known = settingsSchema?.safeParse(sent)
  const unknown = known?.success ? findUnknownField(sent, known.data) : undefined
  if (unknown !== undefined) throw new ControlError('unsupported', `This API has no setting ${unknown}`)
  return next()
}
