import type { Settings as WireSettings } from '../../../generated/_dev/types.ts'
import { UserError } from '../../common/user-error.ts'
import { AuthError } from '../../core/errors.ts'
import type { OAuthProvider } from '../../core/oauth-provider.ts'
import { unsupportedError } from '../../server/operator-settings.ts'

type States = NonNullable<WireSettings['providers']>
type State = States[string]

/**
 * Creates the setting that disables OAuth providers or makes them fail.
 * @param names the providers that the API supports
 * @param providers the active providers, changed in place
 */
export function createProviderStates(names: readonly string[], providers: Map<string, OAuthProvider>) {
  const configured = new Map(providers)
  const states = new Map<string, State>(
    names.map((name) => [name, configured.has(name) ? 'available' : 'unconfigured']),
  )

  function set(name: string, state: State): void {
    states.set(name, state)
    const provider = configured.get(name)
    if (!provider || state === 'unconfigured') providers.delete(name)
    else providers.set(name, state === 'failing' ? withFailingExchange(provider) : provider)
  }

  return {
    read: (): { providers?: States } => (states.size > 0 ? { providers: Object.fromEntries(states) } : {}),
    /**
     * Validates an update of provider states.
     * @returns a function that applies the update
     * @throws {UserError} unsupported, when a provider is unknown or has no credentials
     */
    prepareUpdate(update: States | undefined): () => void {
      const changes = Object.entries(update ?? {})
      if (update && states.size === 0) throw unsupportedError('setting', 'providers')
      for (const [name] of changes) if (!states.has(name)) throw unsupportedError('provider', name)
      const unconfigured = changes.find(([name, state]) => state !== 'unconfigured' && !configured.has(name))
      if (unconfigured)
        throw new UserError(`The server has no credentials for the provider ${unconfigured[0]}.`, {
          code: 'unsupported',
        })
      return () => {
        for (const [name, state] of changes) set(name, state)
      }
    },
  }
}

/** Returns a provider whose consent page works, but whose token exchange fails. */
function withFailingExchange(provider: OAuthProvider): OAuthProvider {
  const fail = async () => {
    throw new AuthError('oauthFailed', { reason: 'development control' })
  }
  return { ...provider, exchange: fail, ...(provider.verifyIdToken && { verifyIdToken: fail }) }
}
