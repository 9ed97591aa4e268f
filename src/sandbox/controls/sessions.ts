import type { CreatedSession } from '../../../generated/_dev/types.ts'
import { AuthError, isAuthError } from '../../core/errors.ts'
import { audited } from '../../core/events.ts'
import type { Core, RequestMeta } from '../../core/ports.ts'
import { hashOf } from '../../core/secrets.ts'
import { assertActive, newSession } from '../../core/sessions.ts'
import { update } from '../../core/store.ts'
import type { User } from '../../core/tables.ts'
import { findUser, stateOf } from '../../server/administration/user-changes.ts'
import type { SeededApiKey } from '../../variants/sandbox-data.ts'
import type { ServedVariant, Site } from '../../variants/variant.ts'
import { ControlError } from './errors.ts'

export interface SessionParts {
  core: Core
  variant: ServedVariant
  site: Site
  /** The seeded API keys. Their secrets are known, unlike those of other keys. */
  apiKeys: readonly SeededApiKey[]
}

/**
 * Creates a session for a user without a credential.
 * @param idOrEmail the user
 * @throws {ControlError} signInRefused, when the API refuses every sign-in of the user
 * @throws {UserError} notFound; invalidRequest when several environments have a user with this email
 */
export async function signInAs(
  { core, variant, site, apiKeys }: SessionParts,
  idOrEmail: string,
  requestMeta: RequestMeta,
): Promise<CreatedSession> {
  const user = await findUser(core, idOrEmail)
  const { issued, state } = await openSession(core, variant, user, requestMeta).catch((error) => {
    throw toControlError(error, user)
  })
  const { headers = {}, body } = variant.replyToSignIn(issued, site)
  return {
    user: state,
    sessionId: issued.session.id,
    accessToken: issued.accessToken,
    refreshToken: issued.refreshToken || null,
    expiresAt: new Date(issued.expiresAt).toISOString(),
    headers: {
      authorization: `Bearer ${issued.accessToken}`,
      ...(await keyHeaders({ core, variant, apiKeys }, user)),
    },
    cookies: [headers['Set-Cookie'] ?? []].flat().map(String),
    body: { ...(body as object) },
  }
}

function openSession(core: Core, { administration }: ServedVariant, user: User, requestMeta: RequestMeta) {
  const { id: userId, realm } = user
  return audited(core, { name: 'signIn', realm, requestMeta, userId }, async () => {
    assertActive(core, user)
    if (core.rules.signIn.requiresVerifiedEmail && user.emailVerifiedAt === null)
      throw new AuthError('emailNotVerified')
    const state = await stateOf(core, administration, user)
    const { issued, changes } = await newSession(core, user, requestMeta)
    const isActive = update('users', { id: userId, status: 'active' }, {}, { expect: 1 })
    const outcome = await core.store.write([isActive, ...changes])
    if (!outcome.done) throw new AuthError('userNotFound')
    return { issued, state }
  })
}

function toControlError(error: unknown, { id, email }: User): unknown {
  const name = email ?? id
  if (isAuthError(error, 'userDisabled'))
    return new ControlError(
      'signInRefused',
      `${name} is disabled, so the API refuses the sign-in. Set status to active with POST /__dev/settings`,
    )
  if (isAuthError(error, 'emailNotVerified'))
    return new ControlError(
      'signInRefused',
      `${name} has not verified the email, so the API refuses the sign-in. Open the link in GET /__dev/inbox, or set requireVerifiedEmail to false with POST /__dev/settings`,
    )
  if (isAuthError(error, 'userNotFound'))
    return new ControlError('notFound', `The account of ${name} has expired or was deleted`)
  return error
}

/** Returns the API key that requests need together with the access token, if there is one. */
async function keyHeaders(
  { core, variant, apiKeys }: Pick<SessionParts, 'core' | 'variant' | 'apiKeys'>,
  { realm }: User,
): Promise<Record<string, string>> {
  const header = keyHeaderOf(variant)
  if (header === undefined) return {}
  for (const { key, state } of apiKeys) {
    if (state !== 'active') continue
    const row = await core.store.find('apiKeys', { keyHash: hashOf(key), realm, revokedAt: null })
    if (row && (row.expiresAt === null || row.expiresAt > core.now())) return { [header]: key }
  }
  return {}
}

/** Returns the header of the API key that some operation requires in addition to another scheme. */
function keyHeaderOf({ routes, components: { securitySchemes } }: ServedVariant): string | undefined {
  const combined = Object.values(routes)
    .flatMap(({ security = [] }) => security.map((requirement) => Object.keys(requirement)))
    .filter((schemes) => schemes.length > 1)
    .flat()
  const schemes = combined.map((name) => ({ type: '', in: '', name: '', ...securitySchemes[name] }))
  return schemes.find((scheme) => scheme.type === 'apiKey' && scheme.in === 'header')?.name.toLowerCase()
}
