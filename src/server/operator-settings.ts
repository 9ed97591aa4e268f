import type { z } from '@hono/zod-openapi'
import type { zSettings } from '../../generated/_dev/schemas.ts'
import { UserError } from '../common/user-error.ts'
import { AuthError } from '../core/errors.ts'
import type { OAuthProvider } from '../core/oauth-provider.ts'
import type { RateLimit } from '../core/ports.ts'
import type { ServedVariant, Switches } from '../variants/variant.ts'
import type { World } from './world.ts'

type WireSettings = z.output<typeof zSettings>
type ProviderState = NonNullable<WireSettings['providers']>[string]

/** What operators decide in production mode; how providers do is none of it. */
export type OperatorSettings = Omit<WireSettings, 'providers'>

export type SettingsOfLife = ReturnType<typeof createSettings>

/** What an operator can decide once, and a development control can show and change at any time. */
export function createSettings(variant: ServedVariant, { core, switches, providers }: World) {
  const { rules } = core
  const working = new Map(providers)
  const states = new Map<string, ProviderState>(
    variant.providers.map((name) => [name, working.has(name) ? 'available' : 'unconfigured']),
  )
  const limits: Record<string, RateLimit | null> = Object.fromEntries(
    Object.entries(rules.limits).map(([name, limit]) => [name, limit ?? null]),
  )
  let areLimitsOn = true

  function applyLimits(): void {
    for (const [name, limit] of Object.entries(limits)) rules.limits[name] = areLimitsOn ? limit : null
  }

  function setProvider(name: string, state: ProviderState): void {
    states.set(name, state)
    const provider = working.get(name)
    if (!provider || state === 'unconfigured') providers.delete(name)
    else providers.set(name, state === 'failing' ? failing(provider) : provider)
  }

  /** The whole of the settings; what the API has no use for is left out. */
  const read = (): WireSettings => ({
    passwords: {
      minLength: rules.password.minLength,
      requires: [...rules.password.requires],
      refuseCommon: rules.password.refusesCommon,
    },
    ...(variant.administration.verificationIsOptional && {
      requireVerifiedEmail: rules.signIn.requiresVerifiedEmail,
    }),
    ...(switches as Partial<Pick<WireSettings, keyof Switches>>),
    ...(states.size > 0 && { providers: Object.fromEntries(states) }),
    rateLimits: areLimitsOn,
    limits: Object.fromEntries(
      Object.entries(limits).map(([name, limit]) => [
        name,
        limit && { max: limit.max, windowSeconds: limit.windowSeconds },
      ]),
    ),
  })

  /**
   * @returns what changes the settings
   * @throws {UserError} unsupported, for what the API has no use for; nothing has changed then
   */
  function plan(wanted: WireSettings): () => void {
    const present = read()
    for (const [name, value] of Object.entries(wanted)) {
      if (!Object.hasOwn(present, name))
        throw new UserError(`This API has no setting ${name}.`, { code: 'unsupported' })
      const kind = nouns[name]
      const unknown = kind && unknownMember(value, present[name as keyof WireSettings])
      if (unknown !== undefined && kind)
        throw new UserError(`This API has no ${kind} ${unknown}.`, { code: 'unsupported' })
    }
    const unusable = Object.entries(wanted.providers ?? {}).find(
      ([name, state]) => state !== 'unconfigured' && !working.has(name),
    )
    if (unusable)
      throw new UserError(`This server has no credentials for the provider ${unusable[0]}.`, {
        code: 'unsupported',
      })

    return () => {
      const {
        passwords = {},
        requireVerifiedEmail,
        providers = {},
        rateLimits,
        limits: changed = {},
      } = wanted
      const { minLength, requires, refuseCommon } = passwords
      if (minLength !== undefined) rules.password.minLength = minLength
      if (requires !== undefined) rules.password.requires = requires
      if (refuseCommon !== undefined) rules.password.refusesCommon = refuseCommon
      if (requireVerifiedEmail !== undefined) rules.signIn.requiresVerifiedEmail = requireVerifiedEmail
      for (const name of Object.keys(switches) as (keyof Switches)[]) {
        const value = wanted[name]
        if (value === undefined) continue
        const merged =
          name === 'planEntitlements' ? { ...switches.planEntitlements, ...wanted.planEntitlements } : value
        Object.assign(switches, { [name]: merged })
      }
      for (const [name, state] of Object.entries(providers)) setProvider(name, state)
      if (rateLimits !== undefined) areLimitsOn = rateLimits
      for (const [name, limit] of Object.entries(changed))
        limits[name] = limit && { ...limits[name], ...limit }
      applyLimits()
    }
  }

  /** @throws {UserError} for what the API has no use for */
  function decide(wanted: OperatorSettings): void {
    try {
      plan(wanted)()
    } catch (error) {
      throw error instanceof UserError ? new UserError(`SETTINGS: ${error.message}`) : error
    }
  }

  return { read, plan, decide }
}

/** Settings whose members have names of the API's own, and what such a member is called. */
const nouns: Record<string, string> = { providers: 'provider', planEntitlements: 'plan', limits: 'limit' }

/** It shows its consent page, but answers the server with faults afterwards. */
const failing = (provider: OAuthProvider): OAuthProvider => {
  const fail = async () => {
    throw new AuthError('oauthFailed', { reason: 'development control' })
  }
  return { ...provider, exchange: fail, ...(provider.verifyIdToken && { verifyIdToken: fail }) }
}

/**
 * The first member that is in one value and not in the same place of the other.
 * @returns its dotted path
 */
export function unknownMember(value: unknown, known: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || typeof known !== 'object' || known === null)
    return undefined
  for (const [name, member] of Object.entries(value)) {
    if (!Object.hasOwn(known, name)) return name
    const inner = unknownMember(member, (known as Record<string, unknown>)[name])
    if (inner !== undefined) return `${name}.${inner}`
  }
  return undefined
}
