import type { z } from '@hono/zod-openapi'
import type { zSettings } from '../../generated/_dev/schemas.ts'
import { UserError } from '../common/user-error.ts'
import type { Core, RateLimit } from '../core/ports.ts'
import type { ServedVariant } from '../variants/variant.ts'

/**
 * The settings of an operator. OAuth providers are not included, because their credentials enable them, and
 * neither is latency, which only a sandbox has.
 */
export type OperatorSettings = Omit<z.output<typeof zSettings>, 'providers' | 'latency'>

export type OperatorControls = ReturnType<typeof createOperatorControls>

/**
 * Creates the access to operator settings. A server applies them at startup. A sandbox can read and change
 * them at any time.
 */
export function createOperatorControls(
  { administration, flagFieldNouns }: Pick<ServedVariant, 'administration' | 'flagFieldNouns'>,
  { core: { rules }, flags }: { core: Pick<Core, 'rules'>; flags: object },
) {
  const limits: Record<string, RateLimit | null> = Object.fromEntries(
    Object.entries(rules.limits).map(([name, limit]) => [name, limit ?? null]),
  )
  let areLimitsOn = true

  function applyLimits(): void {
    for (const [name, limit] of Object.entries(limits)) rules.limits[name] = areLimitsOn ? limit : null
  }

  /** The word for a field of a setting in error messages, for settings whose fields the API defines. */
  const fieldNouns: Record<string, string | undefined> = { ...flagFieldNouns, limits: 'limit' }

  /** Returns the current value of every setting of the API. */
  const read = (): OperatorSettings => ({
    passwords: {
      minLength: rules.password.minLength,
      requires: [...rules.password.requiredClasses],
      refuseCommon: rules.password.rejectsCommon,
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
    if (requires !== undefined) rules.password.requiredClasses = requires
    if (refuseCommon !== undefined) rules.password.rejectsCommon = refuseCommon
    if (requireVerifiedEmail !== undefined) rules.signIn.requiresVerifiedEmail = requireVerifiedEmail
    for (const [name, value] of Object.entries(others))
      if (value !== undefined) Object.assign(flags, { [name]: mergeFlag(flags, name, value) })
    // A changed limit is meant to apply.
    if (rateLimits !== undefined || changed) areLimitsOn = rateLimits ?? true
    for (const [name, limit] of Object.entries(changed ?? {}))
      limits[name] = limit && { ...limits[name], ...limit }
    applyLimits()
  }

  /**
   * Validates an update of the settings.
   * @returns a function that applies the update
   * @throws {UserError} unsupported, when the API does not have a setting
   */
  function prepareUpdate(update: OperatorSettings): () => void {
    const current = read()
    for (const [name, value] of Object.entries(update)) {
      if (!Object.hasOwn(current, name)) throw unsupportedError('setting', name)
      const noun = fieldNouns[name]
      const unknown = noun && findUnknownField(value, current[name as keyof OperatorSettings])
      if (unknown !== undefined && noun) throw unsupportedError(noun, unknown)
    }
    return () => apply(update)
  }

  /**
   * Applies the settings of the environment variable `SETTINGS`, which error messages name.
   * @throws {UserError} when the API does not have a setting
   */
  function applyAtStartup(settings: OperatorSettings): void {
    try {
      prepareUpdate(settings)()
    } catch (error) {
      throw error instanceof UserError ? new UserError(`SETTINGS: ${error.message}`) : error
    }
  }

  return { read, prepareUpdate, applyAtStartup }
}

/** Merges objects field by field and replaces any other value. */
function mergeFlag(flags: object, name: string, value: unknown): unknown {
  const current = (flags as Record<string, unknown>)[name]
  return isObject(current) && isObject(value) ? { ...current, ...value } : value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function unsupportedError(kind: string, name: string) {
  return new UserError(`This API has no ${kind} ${name}.`, { code: 'unsupported' })
}

/**
 * Finds the first field of a value that `model` does not have.
 * @returns the dotted path of the field
 */
export function findUnknownField(value: unknown, model: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || typeof model !== 'object' || model === null)
    return undefined
  for (const [name, field] of Object.entries(value)) {
    if (!Object.hasOwn(model, name)) {
      // A list can be longer than that of the model.
      if (Array.isArray(value)) continue
      return name
    }
    const inner = findUnknownField(field, (model as Record<string, unknown>)[name])
    if (inner !== undefined) return `${name}.${inner}`
  }
  return undefined
}
