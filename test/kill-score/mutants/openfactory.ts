import type { Mutant } from '../mutant.ts'
import { headRunsGet, remove, replace, uncheckedReplies } from './shared.ts'

const serializers = 'src/variants/openfactory/serializers.ts'
const errors = 'src/variants/openfactory/errors.ts'
const authenticate = 'src/variants/openfactory/authenticate.ts'
const account = 'src/variants/openfactory/handlers/account.ts'
const oauth = 'src/variants/openfactory/handlers/oauth.ts'
const organizations = 'src/variants/openfactory/handlers/organizations.ts'
const apiKeys = 'src/core/api-keys.ts'
const passwordReset = 'src/core/password-reset.ts'
const unprovenOwner = 'src/core/unproven-owner.ts'

/** Deliberate faults of the OpenFactory server. */
export const openfactory: Mutant[] = faults().map((fault) => ({ variant: 'openfactory', ...fault }))

function faults(): Omit<Mutant, 'variant'>[] {
  return [
    {
      name: 'sign-up answers 200',
      kind: 'status',
      source: 'seed, POST /api/auth/signup: Response (201)',
      mutations: [
        replace(
          account,
          'return { status: 201, headers: noStore,',
          'return { status: 200, headers: noStore,',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'validation errors answer 400',
      kind: 'status',
      source: 'seed, POST /api/auth/signup: 422 Validation error; facts 7 C3',
      mutations: [replace(errors, 'status: 422 as const', 'status: 400 as const')],
    },
    {
      name: 'deleting an API key again answers 404',
      kind: 'status',
      source: 'facts 3.4: repeating it on a revoked key is 204 again',
      mutations: [
        replace(
          apiKeys,
          'return { apiKey, wasRevoked: !outcome.done }',
          "if (!outcome.done) throw new AuthError('apiKeyNotFound')\n    return { apiKey, wasRevoked: false }",
        ),
      ],
    },
    {
      name: 'a user without a picture has no avatarUrl',
      kind: 'body',
      source: 'seed, POST /api/auth/signin: avatarUrl: string | null',
      mutations: [
        replace(serializers, 'avatarUrl: picture,', '...(picture !== null && { avatarUrl: picture }),'),
        uncheckedReplies,
      ],
    },
    {
      name: 'expiresAt of a session is a number',
      kind: 'body',
      source: 'seed, POST /api/auth/signup: expiresAt: string, ISO 8601',
      mutations: [
        replace(
          serializers,
          'token: accessToken,\n    expiresAt: toTimestamp(expiresAt),',
          'token: accessToken,\n    expiresAt,',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'a 401 has no WWW-Authenticate',
      kind: 'header',
      source: 'facts 6: 401 adds WWW-Authenticate: Bearer; H01',
      mutations: [
        replace(
          errors,
          "...errorReply(401, 'UNAUTHORIZED', 'Authentication required'),\n    headers: { 'WWW-Authenticate': 'Bearer' },",
          "...errorReply(401, 'UNAUTHORIZED', 'Authentication required'),",
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'a password of 7 characters is accepted at sign-up',
      kind: 'validation',
      source: 'seed, POST /api/auth/signup: min 8 chars',
      mutations: [
        replace(
          'generated/openfactory/schemas.ts',
          '  password: z.string().check(minLength(8))',
          '  password: z.string().check(minLength(7))',
        ),
        replace('src/core/rules.ts', 'minLength: 8,', 'minLength: 7,'),
      ],
    },
    {
      name: 'an OAuth callback works in another browser',
      kind: 'authentication',
      source: 'facts 2.6: state does not match the cookie; O01',
      mutations: [
        replace(oauth, 'browserNonce,\n        redirectTo: {', 'browserNonce: null,\n        redirectTo: {'),
      ],
    },
    {
      name: 'a reset keeps the sessions',
      kind: 'revocation',
      source: 'facts 2.8: ends all sessions of the user; R03',
      mutations: [
        remove(passwordReset, '    revokeSessionsChange(userId),\n'),
        remove(unprovenOwner, "remove('sessions', { userId }),"),
      ],
    },
    {
      name: 'signing out ends all sessions of the user',
      kind: 'revocation',
      source: 'facts 2.3: ends only the presented session',
      mutations: [
        replace(
          'src/core/sessions.ts',
          "const changes = [remove('sessions', { id: sessionWithUser.id })]",
          "const changes = [remove('sessions', { userId: sessionWithUser.userId })]",
        ),
      ],
    },
    {
      name: 'a deleted API key still works',
      kind: 'revocation',
      source: 'facts 3.4: the key is 401 from then on; K02',
      mutations: [
        remove(apiKeys, "if (apiKey.revokedAt !== null) throw new AuthError('revokedApiKey')"),
        replace(
          'src/core/authority.ts',
          "requireRow('apiKeys', { id, revokedAt: null })",
          "requireRow('apiKeys', { id })",
        ),
      ],
    },
    {
      name: 'a reset token works twice',
      kind: 'single use',
      source: 'facts 2.7: one use; T02',
      mutations: [
        remove(passwordReset, 'consumeTokenChange(core, mailToken),'),
        replace(
          passwordReset,
          "const changes = [remove('oneTimeTokens', { userId: user.id, purpose: 'resetPassword' })]",
          'const changes: Change[] = []',
        ),
        remove(unprovenOwner, "remove('oneTimeTokens', { userId, purpose: { not: 'verifyEmail' } }),"),
      ],
    },
    {
      name: 'a new reset mail leaves the earlier token valid',
      kind: 'single use',
      source: 'facts 2.7: asking again kills the earlier token; T04',
      mutations: [replace(passwordReset, 'supersedes: true,', 'supersedes: false,')],
    },
    {
      name: 'mcp:write implies mcp:read',
      kind: 'scope',
      source: 'facts 3.1: scopes are independent; K02',
      mutations: [
        replace(
          apiKeys,
          'if (!scopes.includes(scope))',
          "if (!scopes.includes(scope) && !(scope === 'mcp:read' && scopes.includes('mcp:write')))",
        ),
      ],
    },
    {
      name: 'an API key of one project works in all projects',
      kind: 'scope',
      source: 'seed: keys are scoped optionally to a project; facts 4.1',
      mutations: [
        replace(
          apiKeys,
          'if (projectId !== undefined && boundTo !== null && boundTo !== projectId)',
          'if (projectId !== undefined && boundTo !== null && boundTo === undefined)',
        ),
      ],
    },
    {
      name: 'a member can delete API keys',
      kind: 'scope',
      source: 'facts 3.4: admin only; K03',
      mutations: [
        replace(authenticate, "['deleteApiKey', 'inviteMember']", "['inviteMember']"),
        replace(
          organizations,
          "userId: caller.session.userId,\n        authority: authorityOf(caller, { organizationId, role: 'admin' }),",
          'userId: caller.session.userId,\n        authority: authorityOf(caller, { organizationId }),',
        ),
      ],
    },
    {
      name: 'anyone can list the API keys of an organization',
      kind: 'scope',
      source: 'facts 3.5: 403 when not a member; K03',
      mutations: [
        replace(
          authenticate,
          'if (organizationId !== undefined) {',
          "if (organizationId !== undefined && operationId !== 'listApiKeys') {",
        ),
      ],
    },
    {
      name: 'forgot-password answers 404 for an unknown email',
      kind: 'enumeration',
      source: 'facts 2.7: 200 always, whether or not the account exists; E03',
      mutations: [
        replace(
          account,
          'if (email !== undefined) await requestPasswordReset',
          `if (email === undefined || !(await core.store.find('users', { realm, email })))
            return { status: 404, body: { error: { code: 'NOT_FOUND', message: 'User not found' } } }
          await requestPasswordReset`,
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'redirectTo accepts every origin',
      kind: 'redirect',
      source: 'facts 2.5: origin equals a configured one; O08',
      mutations: [replace(oauth, 'allowsOrigin: site.allowsOrigin,', 'allowsOrigin: () => true,')],
    },
    {
      name: 'redirectTo accepts //host',
      kind: 'redirect',
      source: 'facts 2.5: a path starting with exactly one slash; O08',
      mutations: [
        remove('src/core/redirects.ts', '/^\\/(?:\\/|%(?:25)*(?:2f|5c))/i.test(path) || '),
        replace(
          'src/core/redirects.ts',
          "return url.origin === new URL(root).origin && !url.pathname.startsWith('//') ? url.href : undefined",
          'return url.href',
        ),
      ],
    },
    {
      name: 'the state of one provider works for another',
      kind: 'redirect',
      source: 'facts 2.6: state for another provider is 400; O04',
      mutations: [
        replace('src/core/oauth.ts', 'data?.provider === name &&', 'data &&'),
        remove('src/core/oauth.ts', '(issuer === undefined || issuer === provider.issuer) &&'),
      ],
    },
    {
      name: 'the state cookie has no SameSite',
      kind: 'cookie',
      source: 'facts 2.5: HttpOnly, SameSite=Lax; B02',
      mutations: [replace(oauth, "httpOnly: true, sameSite: 'Lax'", 'httpOnly: true')],
    },
    {
      name: 'HEAD uses up the state of an OAuth callback',
      kind: 'safe method',
      source: 'RFC 9110, section 9.2.1; facts 2.6: one use',
      mutations: [headRunsGet],
    },
    {
      name: 'a 429 has no Retry-After',
      kind: 'limit',
      source: 'facts 6: 429 with Retry-After in seconds; A04',
      mutations: [
        remove(errors, "headers: { 'Retry-After': retryAfterSeconds },"),
        replace(
          'src/http/http-error.ts',
          "return { 'Retry-After': String(problem.allowance.retryAfterSeconds) }",
          'return {}',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'a reset token never expires',
      kind: 'expiry',
      source: 'facts 2.7: 1 hour; T03',
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
      name: 'a session lives after expiresAt',
      kind: 'expiry',
      source: 'facts 6: fixed 30 days, no sliding; R08',
      mutations: [
        remove(
          'src/core/sessions.ts',
          "if (sessionWithUser.idleExpiresAt <= core.now()) throw new AuthError('expiredToken')",
        ),
      ],
    },
    {
      name: 'sign-in returns the password hash',
      kind: 'secret',
      source: 'seed, POST /api/auth/signin: members of user; K05',
      mutations: [
        replace(
          account,
          'user: toUser(issued.user),',
          'user: { ...toUser(issued.user), passwordHash: issued.user.passwordHash },',
        ),
      ],
    },
    {
      name: 'the OAuth callback puts the session into the query',
      kind: 'secret',
      source: 'facts 2.6: fragment, never the query; H02',
      mutations: [replace(oauth, 'url.hash = new', 'url.search = new')],
    },
  ]
}
