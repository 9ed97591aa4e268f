import type { Mutant } from '../mutant.ts'
import { remove, replace, uncheckedReplies } from './shared.ts'

const serializers = 'src/variants/bkend/serializers.ts'
const errors = 'src/variants/bkend/errors.ts'
const rules = 'src/variants/bkend/rules.ts'
const account = 'src/variants/bkend/handlers/account.ts'
const oauth = 'src/variants/bkend/handlers/oauth.ts'
const users = 'src/variants/bkend/handlers/users.ts'
const sessions = 'src/core/sessions.ts'
const signIn = 'src/core/sign-in.ts'
const passwordChange = 'src/core/password-change.ts'

/** Deliberate faults of the bkend server. */
export const bkend: Mutant[] = faults().map((fault) => ({ variant: 'bkend', ...fault }))

function faults(): Omit<Mutant, 'variant'>[] {
  return [
    {
      name: 'malformed JSON answers 500',
      kind: 'status',
      source: 'facts 2.3: body not JSON is 400 common/invalid-parameters; I03',
      mutations: [
        replace(
          errors,
          "malformedJson: () => errorReply(400, 'common/invalid-parameters',",
          "malformedJson: () => errorReply(500, 'common/internal-error',",
        ),
      ],
    },
    {
      name: 'an unknown reset token answers 400',
      kind: 'status',
      source: 'facts 4.12: 404 auth/verification-token-not-found',
      mutations: [
        replace(
          errors,
          "errorReply(404, 'auth/verification-token-not-found'",
          "errorReply(400, 'auth/verification-token-not-found'",
        ),
      ],
    },
    {
      name: 'expiresIn is a string',
      kind: 'body',
      source: 'facts 2.7: expiresIn integer seconds',
      mutations: [
        replace(serializers, 'expiresIn: expiresInSeconds,', 'expiresIn: String(expiresInSeconds),'),
        uncheckedReplies,
      ],
    },
    {
      name: 'emailVerified is a boolean',
      kind: 'body',
      source: 'facts 2.7: string(date-time) or null; C17',
      mutations: [
        replace(
          serializers,
          'emailVerified: user.emailVerifiedAt === null ? null : toTimestamp(user.emailVerifiedAt),',
          'emailVerified: user.emailVerifiedAt !== null,',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'an error has no success member',
      kind: 'body',
      source: 'facts 2.4: success is the constant false; C02',
      mutations: [replace(errors, 'success: false as const, ', ''), uncheckedReplies],
    },
    {
      name: 'the answer of the API flow lacks is_new_user',
      kind: 'body',
      source: 'facts 2.7: is_new_user boolean, required; C13',
      mutations: [
        replace(oauth, 'body: { ...toTokens(issued), is_new_user: isNew }', 'body: toTokens(issued)'),
        uncheckedReplies,
      ],
    },
    {
      name: 'every origin may read responses with credentials',
      kind: 'header',
      source: 'B01',
      mutations: [
        replace(
          'src/http/middleware/cors.ts',
          'if (origin !== undefined && allowsOrigin(origin)) {',
          'if (origin !== undefined) {',
        ),
      ],
    },
    {
      name: 'a 429 has no Retry-After',
      kind: 'header',
      source: 'facts 2.8: on 429 Retry-After in whole seconds; A04',
      mutations: [remove(errors, "'Retry-After': retryAfterSeconds, "), uncheckedReplies],
    },
    {
      name: 'PATCH with null does not clear a field',
      kind: 'validation',
      source: 'facts 2.5: absent is unchanged, null is clear',
      mutations: [
        replace(
          users,
          'profileFields.filter((field) => body[field] !== undefined)',
          'profileFields.filter((field) => body[field] != null)',
        ),
      ],
    },
    {
      name: 'a name of 101 characters is accepted',
      kind: 'validation',
      source: 'facts 4.15: name 1-100',
      mutations: [
        replace(
          'generated/bkend/schemas.ts',
          'name: z.string().check(minLength(1)).check(maxLength(100)).optional(),',
          'name: z.string().check(minLength(1)).check(maxLength(101)).optional(),',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'the new password may be the current one',
      kind: 'validation',
      source: 'facts 4.13: auth/same-as-previous-password',
      mutations: [replace(rules, 'mustDiffer: true', 'mustDiffer: false')],
    },
    {
      name: 'a user can make themselves admin',
      kind: 'validation',
      source: 'facts 4.15: role is never applied; I04',
      mutations: [
        replace(
          users,
          'profile: { ...profile } }',
          'profile: { ...profile }, ...(body.role !== undefined && { role: body.role }) }',
        ),
      ],
    },
    {
      name: 'the current password is not checked',
      kind: 'authentication',
      source: 'facts 4.13: 401 auth/invalid-password; R03',
      mutations: [
        remove(
          passwordChange,
          "if (!(await verifyPassword(core, currentHash, currentPassword))) throw new AuthError('wrongPassword')",
        ),
      ],
    },
    {
      name: 'a sign-in without mfaCode passes the second factor',
      kind: 'authentication',
      source: 'facts 4.2: 403 auth/mfa-required',
      mutations: [
        replace(
          signIn,
          "if (code === undefined) throw new AuthError('mfaRequired')",
          'if (code === undefined) return []',
        ),
      ],
    },
    {
      name: 'an access token works with the key of another environment',
      kind: 'authentication',
      source: 'facts 2.3: 403 auth/forbidden; C08',
      mutations: [
        remove(
          sessions,
          "if (realm !== undefined && sessionWithUser.user.realm !== realm) throw new AuthError('wrongRealm')",
        ),
      ],
    },
    {
      name: 'the refresh token works after the sign-out',
      kind: 'revocation',
      source: 'facts 2.6: sign-out ends the session and both of its tokens; R02',
      mutations: [
        replace(
          sessions,
          "const changes = [remove('sessions', { id: sessionWithUser.id })]",
          "const changes = [update('sessions', { id: sessionWithUser.id }, { accessTokenJti: null })]",
        ),
      ],
    },
    {
      name: 'a password change keeps all sessions',
      kind: 'revocation',
      source: 'facts 2.6: password change ends all sessions; R03',
      mutations: [
        remove(
          passwordChange,
          `revokeSessionsChange(
        user.id,
        core.rules.password.changeEndsCurrentSession ? {} : { except: sessionId },
      ),`,
        ),
      ],
    },
    {
      name: 'the reuse of a refresh token ends only its session',
      kind: 'revocation',
      source: 'facts, Settled, Refresh reuse: 401 and all sessions of the user end; R05',
      mutations: [replace(rules, "onReuse: 'allSessions'", "onReuse: 'session'")],
    },
    {
      name: 'the access token from before a refresh still works',
      kind: 'revocation',
      source: 'facts 2.6: after a refresh the previous access token is refused; C16',
      mutations: [
        replace(
          'src/core/rules.ts',
          'accessTokensOutliveRotation: false,',
          'accessTokensOutliveRotation: true,',
        ),
      ],
    },
    {
      name: 'a one-time code of the second factor works twice',
      kind: 'single use',
      source: 'facts 4.2: TOTP (RFC 6238, section 5.2)',
      mutations: [
        replace(
          'src/core/totp.ts',
          'const period = Math.floor(now / 1000 / periodSeconds) + delta',
          'const period = Math.floor(now / 1000 / periodSeconds + Math.random() * 1e6) + delta',
        ),
      ],
    },
    {
      name: 'the state of an OAuth callback works twice',
      kind: 'single use',
      source: 'facts 4.6: state is single use; O01',
      mutations: [
        replace('src/core/oauth.ts', 'if (!matches || !(await deleteState(core, row))) {', 'if (!matches) {'),
      ],
    },
    {
      name: 'a user can change the record of another',
      kind: 'scope',
      source: "facts 4.15: 403 user/forbidden for someone else's record; K05",
      mutations: [
        remove(
          users,
          'if (!isOwn(caller, id) && !isAdmin(caller)) await auditForbiddenChange(caller, requestMeta)',
        ),
      ],
    },
    {
      name: 'a user sees the complete record of another',
      kind: 'scope',
      source: 'facts 4.14: public set for others; K05',
      mutations: [replace(users, 'body: seesAll ? toUser(user) : toPublicUser(user)', 'body: toUser(user)')],
    },
    {
      name: 'a reset request for an unknown email answers 404',
      kind: 'enumeration',
      source: 'facts 4.11: identical for known and unknown addresses, never 404; E03',
      mutations: [
        replace(
          'src/core/password-reset.ts',
          'const user = await findUser(core, { realm, email })',
          "const user = await findUser(core, { realm, email })\n    if (!user) throw new AuthError('userNotFound')",
        ),
      ],
    },
    {
      name: 'a sign-in to a suspended account is 403 before its password is checked',
      kind: 'enumeration',
      source: 'facts 4.2: account state shows only after the right password; E01',
      mutations: [
        replace(
          signIn,
          'const matches = await verifyPassword(core, user?.passwordHash, password)',
          `if (user?.status === 'disabled') throw new AuthError('userDisabled')
  const matches = await verifyPassword(core, user?.passwordHash, password)`,
        ),
      ],
    },
    {
      name: 'the mailed link leads to any callbackUrl',
      kind: 'redirect',
      source: 'facts 4.3: callbackUrl is allow-listed; O08',
      mutations: [replace(account, 'resolveRedirect(callbackUrl, site)', 'callbackUrl')],
    },
    {
      name: 'the OAuth landing page may be on any origin',
      kind: 'redirect',
      source: 'facts 4.6: never redirect to an unchecked URL; O08',
      mutations: [
        replace(
          oauth,
          'redirectTo: { requested: redirect, rules: site },',
          'redirectTo: { requested: redirect, rules: { allowsOrigin: () => true } },',
        ),
      ],
    },
    {
      name: 'wrong passwords are not limited',
      kind: 'limit',
      source: 'facts 2.8: failed sign-ins, 5 per 15 min; A01',
      mutations: [
        remove(rules, 'failuresByAddress: { max: 5, windowSeconds: 15 * minute },'),
        remove(rules, 'failuresByAccount: { max: 5, windowSeconds: 15 * minute },'),
      ],
    },
    {
      name: 'a verification token never expires',
      kind: 'expiry',
      source: 'facts 4.4: 401 auth/token-expired over 24 h; T03',
      mutations: [
        remove(
          'src/core/mail-tokens.ts',
          "if (found.expiresAt <= core.now()) throw new AuthError('expiredMailToken')",
        ),
        replace(
          'src/core/mail-tokens.ts',
          '{ tokenHash, purpose, expiresAt: { after: core.now() } }, { expect: 1 }',
          '{ tokenHash, purpose }, { expect: 1 }',
        ),
      ],
    },
    {
      name: 'a refresh token never expires',
      kind: 'expiry',
      source: 'facts 2.6: refresh token and session end after 7 days; R08',
      mutations: [
        remove(
          'src/core/refresh.ts',
          "if (Math.min(idleExpiresAt, absoluteExpiresAt) <= core.now()) throw new AuthError('sessionExpired')",
        ),
      ],
    },
    {
      name: 'the profile contains the password hash',
      kind: 'secret',
      source: 'facts 2.7: members of User; K05',
      mutations: [
        replace(
          serializers,
          "email: user.email ?? '',",
          "email: user.email ?? '',\n    passwordHash: user.passwordHash,",
        ),
      ],
    },
  ]
}
