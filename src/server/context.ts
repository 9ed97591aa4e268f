import { type OAuthSettings, oauthProviders } from '../adapters/oauth/index.ts'
import type { OAuthProvider } from '../core/oauth-provider.ts'
import type { Core } from '../core/ports.ts'
import type { Rules } from '../core/rules.ts'
import { newUuid } from '../core/secrets.ts'
import { type Clock, systemClock } from './clock.ts'
import { createOperatorControls, type OperatorControls, type OperatorSettings } from './operator-settings.ts'
import type { Resources } from './resources.ts'

/** What the handling of requests depends on, as it is after the start of a server. */
export interface ServerContext {
  core: Core
  /** Feature flags, changed in place. */
  flags: object
  /** The configured OAuth providers. */
  providers: Map<string, OAuthProvider>
  operator: OperatorControls
}

export interface ContextOptions {
  clock?: Clock
  oauth?: OAuthSettings | undefined
  operator?: OperatorSettings | undefined
}

type ContextResources = Pick<
  Resources,
  'variant' | 'site' | 'store' | 'hasher' | 'secrets' | 'limiter' | 'record'
>

/**
 * Puts the rules of a variant on top of the resources of a server.
 * @throws {UserError} when the variant has no such operator setting, or credentials of a provider cannot work
 */
export function createContext(
  { variant, site, store, hasher, secrets, limiter, record }: ContextResources,
  { clock = systemClock, oauth = {}, operator }: ContextOptions = {},
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
    rules: copyOf(variant.rules(site)),
    record,
  }
  const flags = structuredClone(variant.flags)
  const controls = createOperatorControls(variant, { core, flags })
  if (operator) controls.decide(operator)
  return {
    core,
    flags,
    providers: new Map(oauthProviders(only(variant.providers, oauth))),
    operator: controls,
  }
}

/** Operators change rules in place. The variant's own stay as they are. */
function copyOf(rules: Rules): Rules {
  return Object.fromEntries(
    Object.entries(rules).map(([name, part]) => [name, { ...part }]),
  ) as unknown as Rules
}

function only(names: readonly string[], settings: OAuthSettings): OAuthSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)))
}
