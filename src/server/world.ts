import { type OAuthSettings, oauthProviders } from '../adapters/oauth/index.ts'
import type { OAuthProvider } from '../core/oauth-provider.ts'
import type { AuthEvent, Core, Hasher, RateLimiter } from '../core/ports.ts'
import type { Rules } from '../core/rules.ts'
import { newUuid } from '../core/secrets.ts'
import { type Store, StoreUnavailableError } from '../core/store.ts'
import { type Clock, createClock } from '../sandbox/clock.ts'
import { createSimulator, type ProviderName, type Simulator } from '../sandbox/simulator/index.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'
import type { ServedVariant, Site, Switches } from '../variants/variant.ts'

/** What one life of a server, from start or reset to the next reset, goes by. */
export interface World {
  clock: Clock
  core: Core
  switches: Partial<Switches>
  providers: Map<string, OAuthProvider>
  /** Null in production mode, and where the API knows no providers. */
  simulator: Simulator | null
  /** Nothing that is still under way may write from now on. @returns the way back */
  retire: () => () => void
}

export interface WorldParts {
  variant: ServedVariant
  site: Site
  store: Store
  hasher: Hasher
  secrets: readonly string[]
  record: (event: AuthEvent) => void
  oauth: OAuthSettings
  limiter: (clock: Clock) => RateLimiter
  /** Providers without credentials are simulated, below this address. */
  simulatorUrl: string | null
  /** Accounts and codes at the simulated providers. */
  examples?: Pick<SandboxData, 'accounts' | 'codes'>
  /** Where the pages of the simulator lead back to. */
  home?: string | undefined
}

/** Everything that a server remembers beside its store, as it is after the start. */
export function createWorld({
  variant,
  site,
  store,
  hasher,
  secrets,
  record,
  oauth,
  limiter,
  simulatorUrl,
  examples: { accounts = [], codes = {} } = {},
  home,
}: WorldParts): World {
  const clock = createClock()
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const { newId } = variant
  const guarded = retirable(store)
  const core: Core = {
    store: guarded.store,
    now: clock.now,
    random,
    newId: (kind) => newId?.(kind, random) ?? newUuid({ random }),
    hasher,
    limiter: limiter(clock),
    secrets,
    rules: ownCopy(variant.rules(site)),
    record,
  }
  const simulator =
    simulatorUrl !== null && variant.providers.length > 0
      ? createSimulator({ url: simulatorUrl, home, accounts, standingCodes: codes })
      : null
  return {
    clock,
    core,
    switches: structuredClone(variant.switches),
    providers: new Map(oauthProviders(settingsOf(variant.providers, oauth, simulator))),
    simulator,
    retire: guarded.retire,
  }
}

function retirable(store: Store): { store: Store; retire: () => () => void } {
  let isRetired = false
  return {
    store: {
      ...store,
      async write(changes) {
        if (isRetired) throw new StoreUnavailableError('The server was reset meanwhile.')
        return store.write(changes)
      },
    },
    retire() {
      isRetired = true
      return () => {
        isRetired = false
      }
    },
  }
}

/** Controls change rules in place, where everybody sees it; those of the variant stay as they are. */
const ownCopy = (rules: Rules): Rules =>
  Object.fromEntries(Object.entries(rules).map(([name, part]) => [name, { ...part }])) as unknown as Rules

const settingsOf = (
  names: readonly string[],
  configured: OAuthSettings,
  simulator: Simulator | null,
): OAuthSettings =>
  Object.fromEntries(
    names.map((name) => [
      name,
      configured[name as ProviderName] ?? simulator?.providers[name as ProviderName],
    ]),
  )
