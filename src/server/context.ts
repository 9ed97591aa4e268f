import { type OAuthSettings, oauthProviders } from '../adapters/oauth/index.ts'
import type { OAuthProvider } from '../core/oauth-provider.ts'
import type { Core } from '../core/ports.ts'
import type { Rules } from '../core/rules.ts'
import { newUuid } from '../core/secrets.ts'
import { type Clock, systemClock } from './clock.ts'
import { createOperatorControls, type OperatorControls, type OperatorSettings } from './operator-settings.ts'
import type { Resources } from './resources.ts'

/** The state that request handling depends on. A reset of a sandbox replaces it. */
export interface ServerContext {
  core: Core
  /** Feature flags. Operator controls change them in place. */
  flags: object
  /** The configured OAuth providers. */
  providers: Map<string, OAuthProvider>
  operator: OperatorControls
}

export interface ContextOptions {
  clock?: Clock
  oauth?: OAuthSettings | undefined
  /** The frontend, if it is configured explicitly. */
  webUrl?: string | undefined
  operator?: OperatorSettings | undefined
}

type ContextResources = Pick<
  Resources,
  'variant' | 'site' | 'store' | 'hasher' | 'secrets' | 'limiter' | 'record'
> &
  // Commands of operators send no mails and have no log.
  Partial<Pick<Resources, 'log'>>

/**
 * Creates the context of a server: the core with the rules of its variant, feature flags and OAuth
 * providers.
 * @throws {UserError} when the variant lacks an operator setting, or the credentials of a provider are
 *   invalid
 */
export function createContext(
  { variant, site, store, hasher, secrets, limiter, record, log }: ContextResources,
  { clock = systemClock, oauth = {}, webUrl, operator }: ContextOptions = {},
): ServerContext {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const core: Core = {
    store,
    now: clock.now,
    random,
    newId: (kind) => variant.newId?.(kind, random) ?? newUuid({ random }),
    hasher,
    limiter: limiter(clock),
    secrets,
    rules: copyRules(variant.rules(site)),
    record,
    warn: (message) => log?.warn({}, message),
  }
  const flags = structuredClone(variant.flags)
  if (webUrl !== undefined && variant.webUrlFlag) Object.assign(flags, { [variant.webUrlFlag]: webUrl })
  const controls = createOperatorControls(variant, { core, flags })
  if (operator) controls.applyAtStartup(operator)
  return {
    core,
    flags,
    providers: new Map(oauthProviders(pickProviders(variant.providers, oauth))),
    operator: controls,
  }
}

/** Copies the rules, because operator controls change them in place. */
function copyRules(rules: Rules): Rules {
  return Object.fromEntries(
    Object.entries(rules).map(([name, part]) => [name, { ...part }]),
  ) as unknown as Rules
}

function pickProviders(names: readonly string[], settings: OAuthSettings): OAuthSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)))
}
