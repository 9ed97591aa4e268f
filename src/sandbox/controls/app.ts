import type { MiddlewareHandler } from 'hono'
import { every } from 'hono/combine'
import { routes } from '../../../generated/_dev/routes.ts'
import type { MailStyle } from '../../adapters/mail-worker.ts'
import { UserError } from '../../common/user-error.ts'
import type { Core } from '../../core/ports.ts'
import { StoreUnavailableError } from '../../core/store.ts'
import { createApp } from '../../http/app.ts'
import { bodySchema, parseJson } from '../../http/body.ts'
import type { Env } from '../../http/env.ts'
import type { Handlers } from '../../http/handlers.ts'
import { limitBody, maxBodyBytes } from '../../http/middleware/limit-body.ts'
import { changesToUsers } from '../../server/administration/user-changes.ts'
import type { Log } from '../../server/app.ts'
import { unknownMember } from '../../server/operator-settings.ts'
import type { ServedVariant } from '../../variants/variant.ts'
import type { MovableClock } from '../clock.ts'
import { type Faults, UnknownExampleError } from '../faults.ts'
import { readInbox } from '../inbox.ts'
import type { Seeding } from '../seeding.ts'
import type { Simulator } from '../simulator/index.ts'
import { decideConsent, listConsents } from './consents.ts'
import { ControlError, errorResponses, refusalOf } from './errors.ts'
import { asPage, type PageContext } from './pages.ts'
import type { ControlledSettings } from './settings.ts'

export interface ControlParts {
  variant: ServedVariant
  core: Core
  clock: MovableClock
  /** Null when the API has no OAuth providers. */
  simulator: Simulator | null
  settings: ControlledSettings
  faults: Faults
  seeding: Seeding
  style: MailStyle
  page: PageContext
  log: Log
  reset: () => Promise<void>
}

const dayMs = 24 * 60 * 60_000

/** The development controls of one generation of a sandbox. */
export function createControls({
  variant,
  core,
  clock,
  simulator,
  settings,
  faults,
  seeding,
  style,
  page,
  log,
  reset,
}: ControlParts): { fetch: (request: Request) => Promise<Response> } {
  const time = () => new Date(clock.now()).toISOString()
  const secret = { 'Cache-Control': 'no-store' }

  const handlers: Handlers<typeof routes> = {
    async listMails({ query }) {
      const since = clock.now() - dayMs
      const mails = await readInbox(core, style, query.to)
      return {
        status: 200,
        headers: secret,
        body: { mails: mails.filter(({ sentAt }) => Date.parse(sentAt) >= since) },
      }
    },
    async advanceClock({ body }) {
      clock.advance(body.advanceSeconds)
      return { status: 200, body: { now: time() } }
    },
    async resetSandbox() {
      await reset()
      return { status: 204 }
    },
    async getSeed() {
      const { users, apiKeys, tokens } = await seeding.about(core)
      return { status: 200, headers: secret, body: { users, apiKeys, tokens } }
    },
    async updateSettings({ body }) {
      const { users: wanted = [], ...others } = body
      const applySettings = settings.plan(others)
      const users = await changesToUsers(core, variant.administration, wanted)
      applySettings()
      return { status: 200, headers: secret, body: { ...settings.read(), users } }
    },
    async injectFault({ body }) {
      const { operationId, status, example, delayMs, times } = body
      if (times > 0 && status === undefined && delayMs === undefined)
        throw new ControlError('invalidRequest', 'Send a status, a delayMs or both, or times: 0')
      faults.inject({
        operationId,
        times,
        ...(status !== undefined && { status }),
        ...(example !== undefined && { example }),
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
  }

  const app = createApp({
    routes,
    handlers,
    errorResponses,
    middlewareByOperation: { updateSettings: every(limitBody(maxBodyBytes), rejectUnknownSettings) },
    replyToError(error) {
      if (error instanceof ControlError) return refusalOf(error.code, error.message)
      if (error instanceof UserError) return refusalOf(error.code, error.message.replace(/\.$/, ''))
      if (error instanceof UnknownExampleError) return refusalOf('notFound', error.message)
      if (error instanceof StoreUnavailableError) return refusalOf('unavailable')
      log.error({ err: error }, 'fault of a development control')
      return refusalOf('internalError')
    },
  })
  return { fetch: async (request) => asPage(request, await app.fetch(request), page) }
}

const settingsSchema = bodySchema(routes.updateSettings.request.body.content)

/** Validation drops fields that the schema does not name; a setting that does not exist is a mistake to report. */
const rejectUnknownSettings: MiddlewareHandler<Env> = async (c, next) => {
  const bytes = new Uint8Array(await c.req.raw.clone().arrayBuffer())
  const sent = bytes.length > 0 ? parseJson(bytes, c.req.header('content-type') ?? null) : undefined
  const known = settingsSchema?.safeParse(sent)
  const unknown = known?.success ? unknownMember(sent, known.data) : undefined
  if (unknown !== undefined) throw new ControlError('unsupported', `This API has no setting ${unknown}`)
  return next()
}
