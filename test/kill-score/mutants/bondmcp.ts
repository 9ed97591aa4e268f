import type { Mutant } from '../mutant.ts'
import { headRunsGet, noFailureLimit, remove, replace, uncheckedReplies } from './shared.ts'

const serializers = 'src/variants/bondmcp/serializers.ts'
const errors = 'src/variants/bondmcp/errors.ts'
const authenticate = 'src/variants/bondmcp/authenticate.ts'
const rules = 'src/variants/bondmcp/rules.ts'
const limits = 'src/variants/bondmcp/limits.ts'
const account = 'src/variants/bondmcp/handlers/account.ts'
const apiKeyHandlers = 'src/variants/bondmcp/handlers/api-keys.ts'
const accessTokens = 'src/core/access-tokens.ts'
const signIn = 'src/core/sign-in.ts'

/** Deliberate faults of the BondMCP server. */
export const bondmcp: Mutant[] = faults().map((fault) => ({ variant: 'bondmcp', ...fault }))

function faults(): Omit<Mutant, 'variant'>[] {
  return [
    {
      name: 'registration answers 201',
      kind: 'status',
      source: 'facts 2.1: success 200; C2',
      mutations: [
        replace(
          account,
          'return { status: 200, headers: noStore, body: toRegistration',
          'return { status: 201, headers: noStore, body: toRegistration',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'a registration without a password answers 400',
      kind: 'status',
      source: 'facts 2.1: 422 when a field is missing; C14',
      mutations: [
        replace(
          errors,
          "operationId === 'signUp' && violations.every(isInvalidValue)",
          "operationId === 'signUp'",
        ),
      ],
    },
    {
      name: 'an unknown permission answers 500',
      kind: 'status',
      source: 'facts 2.6: 422 validation_error for an unknown permission',
      mutations: [
        replace(
          'generated/bondmcp/schemas.ts',
          "permissions: z.array(zPermission).default(['read'])",
          "permissions: z.array(z.string()).default(['read'])",
        ),
      ],
    },
    {
      name: 'an error has no request_id',
      kind: 'body',
      source: 'facts 4.2: error.request_id',
      mutations: [replace(errors, ', request_id: requestId }', ' }'), uncheckedReplies],
    },
    {
      name: 'an unused API key has no last_used',
      kind: 'body',
      source: 'facts 2.5: last_used is a string or null',
      mutations: [
        replace(
          serializers,
          'last_used: apiKey.lastUsedAt === null ? null : toTimestamp(apiKey.lastUsedAt),',
          '...(apiKey.lastUsedAt !== null && { last_used: toTimestamp(apiKey.lastUsedAt) }),',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'token_type is Bearer',
      kind: 'body',
      source: 'seed: "token_type": "bearer"; facts 2.3',
      mutations: [replace(serializers, "token_type: 'bearer',", "token_type: 'Bearer',"), uncheckedReplies],
    },
    {
      name: 'a 405 has no Allow',
      kind: 'header',
      source: 'facts 4.1: 405 method_not_allowed + Allow; I01',
      mutations: [
        replace('src/http/http-error.ts', "return { Allow: problem.allow.join(', ') }", 'return {}'),
      ],
    },
    {
      name: 'X-Request-ID of the client is not repeated',
      kind: 'header',
      source: 'facts 4.1: a sane client value is echoed',
      mutations: [
        replace(
          'src/http/middleware/request-context.ts',
          'sent !== undefined && acceptedId.test(sent) ? sent : newRequestId()',
          'newRequestId()',
        ),
      ],
    },
    {
      name: 'responses have no rate limit headers',
      kind: 'header',
      source: 'facts 4.4: headers on every response',
      mutations: [
        replace(
          limits,
          'headers: ({ limit, remaining, resetAt }) => ({',
          'headers: () => ({}),\n  unused: ({ limit, remaining, resetAt }) => ({',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'a password of 129 characters is accepted',
      kind: 'validation',
      source: 'facts 2.1: 8-128 characters',
      mutations: [
        replace(
          'generated/bondmcp/schemas.ts',
          'password: z.string().check(minLength(8)).check(maxLength(128))',
          'password: z.string().check(minLength(8)).check(maxLength(129))',
        ),
        replace('src/core/rules.ts', 'maxLength: 128,', 'maxLength: 129,'),
      ],
    },
    {
      name: 'a pending account can sign in',
      kind: 'authentication',
      source: 'seed: verification is required before API access is granted; facts 2.3',
      mutations: [
        replace(rules, 'signIn: { requiresVerifiedEmail: true }', 'signIn: { requiresVerifiedEmail: false }'),
      ],
    },
    {
      name: 'the signature of a JWT is not checked',
      kind: 'authentication',
      source: 'facts 3.1: HS256 only, none is 401; J01, J02',
      mutations: [
        replace(
          accessTokens,
          'if (!(error instanceof errors.JWSSignatureVerificationFailed)) break',
          "return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))",
        ),
        replace(accessTokens, String.raw`\.[\w-]+$/.test(token)`, String.raw`\.[\w-]*$/.test(token)`),
        replace('src/http/bearer.ts', String.raw`/^bearer ([\w.~+/-]+=*)$/i`, String.raw`/^bearer (\S+)$/i`),
      ],
    },
    {
      name: 'only the first 72 characters of a password count',
      kind: 'authentication',
      source: 'P02',
      mutations: [
        replace(
          'src/core/passwords.ts',
          "password.normalize('NFC')",
          "password.normalize('NFC').slice(0, 72)",
        ),
      ],
    },
    {
      name: 'the email of a sign-in is case-sensitive',
      kind: 'authentication',
      source: 'facts 2.3: same normalisation as registration',
      mutations: [replace(signIn, "canonicalEmail(input.email) ?? ''", 'input.email')],
    },
    {
      name: 'a deleted API key still works',
      kind: 'revocation',
      source: 'facts 2.7: the next request with that key is 401; K02',
      mutations: [
        remove('src/core/api-keys.ts', "if (apiKey.revokedAt !== null) throw new AuthError('revokedApiKey')"),
      ],
    },
    {
      name: 'an API key of a disabled account still works',
      kind: 'revocation',
      source: 'R04',
      mutations: [remove('src/core/api-keys.ts', 'assertActive(core, user)')],
    },
    {
      name: 'a second registration replaces a pending account',
      kind: 'authentication',
      source: 'facts 2.1: a pending account is never overwritten by a second registration (409)',
      mutations: [
        replace(
          'src/core/sign-up.ts',
          'if (user && (user.expiresAt === null || user.expiresAt > core.now()))',
          'if (user && user.expiresAt === null)',
        ),
        replace('src/core/accounts.ts', 'expiresAt: { before: now() + 1 }', 'expiresAt: { after: 0 }'),
      ],
    },
    {
      name: 'an API key without read can list the models',
      kind: 'scope',
      source: 'facts 4.3: an API key without read gets 403; K02',
      mutations: [remove(authenticate, 'assertScope({ scopes: key.scopes, projectId: null }, permission)')],
    },
    {
      name: 'an API key can list the API keys',
      kind: 'scope',
      source: 'facts 2.5: 403 permission_denied when called with an API key; K02',
      mutations: [
        remove(authenticate, "if (permission === undefined) throw new AuthError('apiKeyNotAllowed')\n"),
        replace(
          authenticate,
          'assertScope({ scopes: key.scopes, projectId: null }, permission)',
          'if (permission !== undefined) assertScope({ scopes: key.scopes, projectId: null }, permission)',
        ),
        replace(
          authenticate,
          'return { apiKey: await authenticateKey(core, token) }',
          'const apiKey = await authenticateKey(core, token)\n  return { apiKey, token: { user: apiKey.user, userId: apiKey.user.id } as never }',
        ),
      ],
    },
    {
      name: 'an account can delete the API keys of others',
      kind: 'scope',
      source: "facts 2.7: 404 for another account's key; K03",
      mutations: [replace(apiKeyHandlers, 'owner: { userId },', 'owner: {},')],
    },
    {
      name: 'a plan without the models can list them',
      kind: 'scope',
      source: 'seed: 403 Insufficient permissions, upgrade your plan; facts 4.3',
      mutations: [
        replace(
          'src/variants/bondmcp/handlers/models.ts',
          'if (!hasModels(plan)) return',
          'if (!hasModels(plan) && plan === undefined) return',
        ),
      ],
    },
    {
      name: 'a sign-in with an unknown email has another message',
      kind: 'enumeration',
      source: 'facts 2.3: one identical body for all; E01',
      mutations: [
        replace(
          signIn,
          "if (!user || !matches || isExpired) throw new AuthError('invalidCredentials')",
          "if (!user || !matches || isExpired) throw new AuthError('invalidCredentials', user ? {} : { reason: 'unknown' })",
        ),
        replace(
          errors,
          'function invalidCredentials(failed: FailedRequest) {',
          'function invalidCredentials(failed: FailedRequest, error?: AuthError) {',
        ),
        replace(
          errors,
          "'The email or password provided is incorrect'",
          "error?.details.reason ? 'No account has this email' : 'The email or password provided is incorrect'",
        ),
      ],
    },
    {
      name: 'a sign-in to a pending account is 403 before its password is checked',
      kind: 'enumeration',
      source: 'facts 2.3: 403 can only be reached with the right password; E01',
      mutations: [
        replace(
          signIn,
          'const matches = await verifyPassword(core, user?.passwordHash, password)',
          `if (user?.emailVerifiedAt === null) throw new AuthError('emailNotVerified')
  const matches = await verifyPassword(core, user?.passwordHash, password)`,
        ),
      ],
    },
    {
      name: 'HEAD on the mailed link verifies the email',
      kind: 'safe method',
      source: 'RFC 9110, section 9.2.1; T06',
      mutations: [headRunsGet],
    },
    {
      name: 'the first GET uses up the mailed link',
      kind: 'safe method',
      source: 'facts 2.2: same token again before its expiry is the same 200; T06',
      mutations: [replace(rules, 'singleUse: false', 'singleUse: true')],
    },
    {
      name: 'a free account can have more than five API keys',
      kind: 'limit',
      source: 'facts 3.2: default 5 active keys on free',
      mutations: [replace(rules, "return plan === 'free' ? 5 : null", "return plan === 'free' ? 50 : null")],
    },
    {
      name: 'wrong passwords are not limited',
      kind: 'limit',
      source: 'A01; facts 4.4: 60 per 60 s per client address',
      mutations: [replace(limits, ", signIn: 'public' }", ' }'), noFailureLimit],
    },
    {
      name: 'requests of a free account per minute are not limited',
      kind: 'limit',
      source: 'seed: 429 Rate limit exceeded; facts 4.3: free, 10 per minute',
      mutations: [replace(rules, 'freeMinute: perMinute(10),', 'freeMinute: null,')],
    },
    {
      name: 'a JWT is accepted for a minute after its expiry',
      kind: 'expiry',
      source: 'facts 3.1: zero leeway, at exp the token is dead; J04',
      mutations: [replace(accessTokens, 'if (exp <= now)', 'if (exp + 60 <= now)')],
    },
    {
      name: 'expires_in is a day',
      kind: 'expiry',
      source: 'seed: "expires_in": 3600; facts 2.3',
      mutations: [replace(serializers, 'expires_in: expiresInSeconds,', 'expires_in: 86400,')],
    },
    {
      name: 'the list of API keys shows complete keys',
      kind: 'secret',
      source: 'facts 2.5: never the secret; K01',
      mutations: [
        replace('src/core/api-keys.ts', 'preview: input.format.preview(key),', 'preview: key,'),
        uncheckedReplies,
      ],
    },
  ]
}
