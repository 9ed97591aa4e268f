import type { Settings as WireSettings } from '../../../generated/_dev/types.ts'
import { UserError } from '../../common/user-error.ts'
import { AuthError } from '../../core/errors.ts'
import type { OAuthProvider } from '../../core/oauth-provider.ts'
import { unsupported } from '../../server/operator-settings.ts'

type States = NonNullable<WireSettings['providers']>
type State = States[string]

/**
 * Switches OAuth providers off and lets them fail.
 * @param names the providers of the API
 * @param providers changed in place
 */
export function createProviderStates(names: readonly string[], providers: Map<string, OAuthProvider>) {
  const working = new Map(providers)
  const states = new Map<string, State>(
    names.map((name) => [name, working.has(name) ? 'available' : 'unconfigured']),
  )

  function set(name: string, state: State): void {
    states.set(name, state)
    const provider = working.get(name)
    if (!provider || state === 'unconfigured') providers.delete(name)
    else providers.set(name, state === 'failing' ? failing(provider) : provider)
  }

  return {
    read: (): { providers?: States } => (states.size > 0 ? { providers: Object.fromEntries(states) } : {}),
    /**
     * Checks a change of states.
     * @returns makes the change
     * @throws {UserError} unsupported, when a provider does not exist or has no credentials
     */
    plan(wanted: States | undefined): () => void {
      const changes = Object.entries(wanted ?? {})
      if (wanted && states.size === 0) throw unsupported('setting', 'providers')
      for (const [name] of changes) if (!states.has(name)) throw unsupported('provider', name)
      const unusable = changes.find(([name, state]) => state !== 'unconfigured' && !working.has(name))
      if (unusable)
        throw new UserError(`This server has no credentials for the provider ${unusable[0]}.`, {
          code: 'unsupported',
        })
      return () => {
        for (const [name, state] of changes) set(name, state)
      }
    },
  }
}

/** A provider whose consent page works, but which answers the server with errors afterwards. */
function failing(provider: OAuthProvider): OAuthProvider {
  const fail = async () => {
    throw new AuthError('oauthFailed', { reason: 'development control' })
  }
  return { ...provider, exchange: fail, ...(provider.verifyIdToken && { verifyIdToken: fail }) }
}
