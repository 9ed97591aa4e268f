import type { z } from '@hono/zod-openapi'
import type { zSettings } from '../../generated/_dev/schemas.ts'
import { UserError } from '../common/user-error.ts'
import type { Core, RateLimit } from '../core/ports.ts'
import type { ServedVariant } from '../variants/variant.ts'

/** What an operator decides. The states of OAuth providers are not among it: those follow from their credentials. */
export type OperatorSettings = Omit<z.output<typeof zSettings>, 'providers'>

export type OperatorControls = ReturnType<typeof createOperatorControls>

/** The settings that an operator decides at the start, and a development control shows and changes at any time. */
export function createOperatorControls(
  { administration, flagMembers }: Pick<ServedVariant, 'administration' | 'flagMembers'>,
  { core: { rules }, flags }: { core: Pick<Core, 'rules'>; flags: object },
) {
  const limits: Record<string, RateLimit | null> = Object.fromEntries(
    Object.entries(rules.limits).map(([name, limit]) => [name, limit ?? null]),
  )
  let areLimitsOn = true

  function applyLimits(): void {
    for (const [name, limit] of Object.entries(limits)) rules.limits[name] = areLimitsOn ? limit : null
  }

  /** What a member of a setting is called, where the API names the members. */
  const memberNouns: Record<string, string | undefined> = { ...flagMembers, limits: 'limit' }

  /** All settings that the API has. */
  const read = (): OperatorSettings => ({
    passwords: {
      minLength: rules.password.minLength,
      requires: [...rules.password.requires],
      refuseCommon: rules.password.refusesCommon,
    },
    ...(administration.verificationIsOptional && {
      requireVerifiedEmail: rules.signIn.requiresVerifiedEmail,
    }),
    ...flags,
    rateLimits: areLimitsOn,
    limits: Object.fromEntries(
      Object.entries(limits).map(([name, limit]) => [
        name,
        limit && { max: limit.max, windowSeconds: limit.windowSeconds },
      ]),
    ),
  })

  function apply({
    passwords = {},
    requireVerifiedEmail,
    rateLimits,
    limits: changed,
    ...others
  }: OperatorSettings) {
    const { minLength, requires, refuseCommon } = passwords
    if (minLength !== undefined) rules.password.minLength = minLength
    if (requires !== undefined) rules.password.requires = requires
    if (refuseCommon !== undefined) rules.password.refusesCommon = refuseCommon
    if (requireVerifiedEmail !== undefined) rules.signIn.requiresVerifiedEmail = requireVerifiedEmail
    for (const [name, value] of Object.entries(others))
      if (value !== undefined) Object.assign(flags, { [name]: merged(flags, name, value) })
    if (rateLimits !== undefined) areLimitsOn = rateLimits
    for (const [name, limit] of Object.entries(changed ?? {}))
      limits[name] = limit && { ...limits[name], ...limit }
    applyLimits()
  }

  /**
   * Checks a change of the settings.
   * @returns makes the change
   * @throws {UserError} unsupported, when the API has no such setting
   */
  function plan(wanted: OperatorSettings): () => void {
    const present = read()
    for (const [name, value] of Object.entries(wanted)) {
      if (!Object.hasOwn(present, name)) throw unsupported('setting', name)
      const kind = memberNouns[name]
      const unknown = kind && unknownMember(value, present[name as keyof OperatorSettings])
      if (unknown !== undefined && kind) throw unsupported(kind, unknown)
    }
    return () => apply(wanted)
  }

  /** @throws {UserError} when the API has no such setting */
  function decide(wanted: OperatorSettings): void {
    try {
      plan(wanted)()
    } catch (error) {
      throw error instanceof UserError ? new UserError(`SETTINGS: ${error.message}`) : error
    }
  }

  return { read, plan, decide }
}

/** The members of an object are changed one by one, any other value as a whole. */
function merged(flags: object, name: string, value: unknown): unknown {
  const present = (flags as Record<string, unknown>)[name]
  return isObject(present) && isObject(value) ? { ...present, ...value } : value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function unsupported(kind: string, name: string) {
  return new UserError(`This API has no ${kind} ${name}.`, { code: 'unsupported' })
}

/**
 * Finds the first member of a value that a model of it does not have.
 * @returns its dotted path
 */
export function unknownMember(value: unknown, model: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || typeof model !== 'object' || model === null)
    return undefined
  for (const [name, member] of Object.entries(value)) {
    if (!Object.hasOwn(model, name)) return name
    const inner = unknownMember(member, (model as Record<string, unknown>)[name])
    if (inner !== undefined) return `${name}.${inner}`
  }
  return undefined
}
