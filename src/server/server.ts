import type { VariantName } from '../../generated/index.ts'
import { UserError } from '../common/user-error.ts'
import type { ContractApp } from '../http/app.ts'
import { type BadRequestStatus, badRequestResponse } from '../http/bad-request.ts'
import { startBackgroundWork } from './background.ts'
import { buildServer } from './build-server.ts'
import { createContext, type ServerContext } from './context.ts'
import { assertNoExampleUsers } from './example-users.ts'
import { openResources, type Resources } from './resources.ts'
import { looksRandom } from './secrets.ts'
import type { AuthServerSettings } from './settings.ts'
import { closeOnFailure, openStore, type SharedStore } from './store.ts'
import { withUserErrors } from './user-errors.ts'
import { assertServedName } from './variant-name.ts'

/** The connection of a request, as known to the listener. */
export interface Connection {
  /** The remote IP address of the socket. */
  ip: string | null
  /**
   * Closes the connection after so many bytes of the body, or at 0 without any response. Undefined without a
   * socket.
   */
  breakOff?: ((bytes: number) => void) | undefined
}

/** A running server of one API. Pass its `fetch` to `listen` or to any other listener. */
export interface RunningServer {
  publicUrl: string
  /** Handles a request. Rate limits by IP address and audit events use `connection.ip`. */
  fetch: (request: Request, connection?: Partial<Connection>) => Response | Promise<Response>
  /** Creates the response of the API to a request that is not valid HTTP. */
  badRequest: (status: BadRequestStatus) => Response
  /** Makes `/readyz` respond with 503. Requests are still handled. */
  stopAccepting: () => void
  /** Waits for mails in flight, then closes the store. */
  close: () => Promise<void>
}

export interface AuthServer extends RunningServer {
  /** The Hono app, for mounting it in another app or reading its OpenAPI document. */
  app: ContractApp
}

/**
 * Creates the production server of one API, without a listener. It sends queued mails and purges expired
 * data in the background until it is closed.
 * @param name the name of the API
 * @throws {UserError} when the name or a setting is invalid, or the database contains example users
 * @example
 * const server = await createAuthServer('<variant>', {
 *   store: '/var/lib/auth/auth.db',
 *   publicUrl: 'https://auth.example.com',
 *   webUrl: 'https://app.example.com',
 *   secrets: [secret],
 *   mail: {
 *     smtpUrl: 'smtps://user:password@mail.example.com',
 *     sender: { name: 'App', address: 'no-reply@example.com' },
 *   },
 * })
 * const { url } = await listen(server.fetch, { host: '127.0.0.1', port: 4020 })
 */
export function createAuthServer(name: VariantName, settings: AuthServerSettings): Promise<AuthServer> {
  return withUserErrors(async () => {
    assertServedName(name)
    assertStrongSecrets(settings.secrets)
    const store = await openStore(settings, name)
    return closeOnFailure(store, () => start(name, store, settings))
  })
}

function assertStrongSecrets(secrets: readonly string[] | undefined): void {
  if (!secrets?.length || !secrets.every(looksRandom))
    throw new UserError('Each secret must be at least 32 random bytes in base64 or hex.')
}

async function start(
  name: VariantName,
  store: SharedStore,
  settings: AuthServerSettings,
): Promise<AuthServer> {
  const resources = await openResources(name, store, settings)
  const context = createContext(resources, settings)
  await assertNoExampleUsers(resources)
  const instance = { context, app: buildServer(resources, context) }
  return { ...runServer(resources, () => instance), app: instance.app }
}

/** The part of a server that a reset of a sandbox replaces. */
export interface Instance {
  context: ServerContext
  app: ContractApp
}

/**
 * Starts the background work of a server.
 * @param current returns the instance that handles requests
 */
export function runServer(resources: Resources, current: () => Instance): RunningServer {
  const { site, readiness, variant } = resources
  const stopWork = startBackgroundWork(resources, () => current().context.core)
  return {
    publicUrl: site.publicUrl,
    fetch: (request, { ip = null, breakOff } = {}) => current().app.fetch(request, { ip, breakOff }),
    badRequest: (status) => badRequestResponse(variant.errorResponses, status),
    stopAccepting: readiness.stopAccepting,
    async close() {
      await stopWork()
      await resources.close()
    },
  }
}
