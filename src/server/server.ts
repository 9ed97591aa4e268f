import type { VariantName } from '../../generated/index.ts'
import { UserError } from '../common/user-error.ts'
import type { ContractApp } from '../http/app.ts'
import { startBackgroundWork } from './background.ts'
import { buildServer } from './build-server.ts'
import { createContext, type ServerContext } from './context.ts'
import { refuseExampleUsers } from './example-users.ts'
import { openResources, type Resources } from './resources.ts'
import { looksRandom } from './secrets.ts'
import type { AuthServerSettings } from './settings.ts'
import { closeOnFailure, openStore, type SharedStore } from './store.ts'
import { withUserErrors } from './user-errors.ts'

/** Where a request comes from, as far as the listener knows. */
export interface Connection {
  ip: string | null
}

/** A server of one API, without a listener. */
export interface RunningServer {
  publicUrl: string
  /** @param connection where the request comes from, as the listener knows it */
  fetch: (request: Request, connection?: Partial<Connection>) => Response | Promise<Response>
  /** Tells load balancers to send no more requests. Those that still come are answered. */
  stopAccepting: () => void
  /** Lets mails under way finish, then closes the store. */
  close: () => Promise<void>
}

export interface AuthServer extends RunningServer {
  /** The Hono app, to mount in another one or to ask for its document. */
  app: ContractApp
}

/**
 * Makes the production server of one API.
 * @throws {UserError} when a setting cannot work, or the database belongs to a sandbox
 * @example
 * const server = await createAuthServer('<variant>', {
 *   store: '/var/lib/auth/auth.db',
 *   publicUrl: 'https://auth.example.com',
 *   webUrl: 'https://app.example.com',
 *   secrets: [secret],
 *   mail: { smtpUrl: 'smtps://user:password@mail.example.com', sender: { name: 'App', address: 'no-reply@example.com' } },
 * })
 * const { url } = await listen(server.fetch, { host: '127.0.0.1', port: 4020 })
 */
export function createAuthServer(name: VariantName, settings: AuthServerSettings): Promise<AuthServer> {
  return withUserErrors(async () => {
    requireStrongSecrets(settings.secrets)
    const store = await openStore(settings, name)
    return closeOnFailure(store, () => start(name, store, settings))
  })
}

function requireStrongSecrets(secrets: readonly string[] | undefined): void {
  if (!secrets?.length || !secrets.every(looksRandom))
    throw new UserError('Secrets must be at least 32 random bytes each, in base64 or hexadecimal digits.')
}

async function start(
  name: VariantName,
  store: SharedStore,
  settings: AuthServerSettings,
): Promise<AuthServer> {
  const resources = await openResources(name, store, settings)
  const context = createContext(resources, settings)
  await refuseExampleUsers(resources)
  const instance = { context, app: buildServer(resources, context) }
  return { ...runServer(resources, () => instance), app: instance.app }
}

/** What answers requests. A reset replaces it. */
export interface Instance {
  context: ServerContext
  app: ContractApp
}

/** Starts the background work of a server, and makes its requests go to the current instance. */
export function runServer(resources: Resources, current: () => Instance): RunningServer {
  const { site, readiness } = resources
  const stopWork = startBackgroundWork(resources, () => current().context.core)
  return {
    publicUrl: site.publicUrl,
    fetch: (request, { ip = null } = {}) => current().app.fetch(request, { ip }),
    stopAccepting: readiness.stopAccepting,
    async close() {
      await stopWork()
      await resources.close()
    },
  }
}
