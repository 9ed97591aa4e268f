import type { Mutant } from '../mutant.ts'
import { noFailureLimit, noStoreByHandlerOnly, remove, replace, uncheckedReplies } from './shared.ts'

const serializers = 'src/variants/bedrud/serializers.ts'
const errors = 'src/variants/bedrud/errors.ts'
const cookies = 'src/variants/bedrud/cookies.ts'
const account = 'src/variants/bedrud/handlers/account.ts'
const oauth = 'src/variants/bedrud/handlers/oauth.ts'
const tokens = 'src/variants/bedrud/handlers/tokens.ts'
const sessions = 'src/core/sessions.ts'
const refresh = 'src/core/refresh.ts'
const accessTokens = 'src/core/access-tokens.ts'
const passkeys = 'src/core/passkeys.ts'
const passkeyVerification = 'src/core/passkey-verification.ts'
const passkeyChallenges = 'src/core/passkey-challenges.ts'

/** Deliberate faults of the Bedrud server. */
export const bedrud: Mutant[] = faults().map((fault) => ({ variant: 'bedrud', ...fault }))

function faults(): Omit<Mutant, 'variant'>[] {
  return [
    {
      name: 'a taken email answers 400',
      kind: 'status',
      source: 'seed: 409 Email already registered; facts 5.1, C1',
      mutations: [
        replace(
          errors,
          "emailTaken: () => errorReply(409, 'Email already registered')",
          "emailTaken: () => errorReply(400, 'Unable to register with the provided details')",
        ),
      ],
    },
    {
      name: 'the OAuth start answers 302',
      kind: 'status',
      source: 'facts 5.7: success 307',
      mutations: [replace(oauth, 'status: 307,', 'status: 302,'), uncheckedReplies],
    },
    {
      name: 'a user without a picture has no avatar',
      kind: 'body',
      source: 'facts 2.4: avatar is required, null when none',
      mutations: [
        replace(
          serializers,
          'avatar: user.picture,\n    provider: toProvider',
          '...(user.picture !== null && { avatar: user.picture }),\n    provider: toProvider',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'an error has message instead of error',
      kind: 'body',
      source: 'seed, Error Responses: {"error": "..."}; facts 1',
      mutations: [replace(errors, 'body: { error },', 'body: { message: error },'), uncheckedReplies],
    },
    {
      name: 'a guest has the role user',
      kind: 'body',
      source: 'seed, Guest Login: "role": "guest"; facts 2.3',
      mutations: [replace(serializers, "role: 'guest',", "role: 'user',"), uncheckedReplies],
    },
    {
      name: 'a refresh answers only snake_case names',
      kind: 'body',
      source: 'seed, Refresh Token: accessToken, refreshToken; C3',
      mutations: [
        replace(
          serializers,
          '    accessToken,\n    refreshToken,\n    access_token: accessToken,',
          '    access_token: accessToken,',
        ),
        uncheckedReplies,
      ],
    },
    {
      name: 'errors are text/plain',
      kind: 'header',
      source: 'facts 1: requests and responses are application/json; I03',
      mutations: [
        replace(
          'src/http/reply.ts',
          "plain['content-type'] = mediaType",
          "plain['content-type'] = status >= 400 ? 'text/plain; charset=utf-8' : mediaType",
        ),
      ],
    },
    {
      name: 'tokens may be cached',
      kind: 'header',
      source: 'facts 1: Cache-Control: no-store on every response that carries tokens; B03',
      mutations: [noStoreByHandlerOnly, remove(cookies, "'Cache-Control': 'no-store',"), uncheckedReplies],
    },
    {
      name: 'a guest name of 51 characters is accepted',
      kind: 'validation',
      source: 'facts 5.3: name 2-50',
      mutations: [
        replace(
          'generated/bedrud/schemas.ts',
          'name: z.string().check(minLength(2)).check(maxLength(50))',
          'name: z.string().check(minLength(2)).check(maxLength(51))',
        ),
      ],
    },
    {
      name: 'a name keeps its markup',
      kind: 'validation',
      source: 'facts 2.7: strip the five special characters of HTML',
      mutations: [
        replace('src/variants/bedrud/names.ts', "return name.replace(unwanted, '')", 'return name'),
      ],
    },
    {
      name: 'registration takes the role from the body',
      kind: 'validation',
      source: 'facts 4: user is the default for register; I04',
      mutations: [
        replace(
          'generated/bedrud/schemas.ts',
          'export const zSignUpRequest = z.object({',
          'export const zSignUpRequest = z.looseObject({',
        ),
        replace(
          account,
          'async signUp({ body: { email, password, name, inviteToken }, requestMeta })',
          'async signUp({ body: { email, password, name, inviteToken, role }, requestMeta })',
        ),
        replace(
          account,
          'authorizeSignUp: authorize,',
          'authorizeSignUp: authorize,\n        ...(role !== undefined && { defaults: { role } }),',
        ),
      ],
    },
    {
      name: 'a refresh token is accepted as an access token',
      kind: 'authentication',
      source: 'facts 3: mark refresh tokens and refuse them as Bearer; J05',
      mutations: [
        replace(accessTokens, 'claims.type !== type ||', "(type === 'refresh' && claims.type !== type) ||"),
      ],
    },
    {
      name: 'a passkey works on any origin',
      kind: 'authentication',
      source: 'facts 6.1: exact string match with clientData.origin; W02',
      mutations: [remove(passkeyVerification, ' || !allowsOrigin(origin)')],
    },
    {
      name: 'a cloned passkey is accepted',
      kind: 'authentication',
      source: 'facts 6.1: received counter must be strictly greater; W03',
      mutations: [
        replace(
          passkeys,
          'if ((counter > 0 || passkey.counter > 0) && counter <= passkey.counter)',
          'if (counter < 0)',
        ),
      ],
    },
    {
      name: 'a passkey sign-in works in another browser',
      kind: 'authentication',
      source: 'facts 6.1: if a cookie is present its binding must match; W02',
      mutations: [
        replace(
          passkeyChallenges,
          'areSame(hashOf(browserNonce), browserNonceHash))',
          'browserNonceHash.length > 0)',
        ),
      ],
    },
    {
      name: 'the access token works after the sign-out',
      kind: 'revocation',
      source: 'facts 5.6: after logout the same access token is 401; R02',
      mutations: [
        replace(
          sessions,
          "const changes = [remove('sessions', { id: sessionWithUser.id })]",
          "const changes = [update('sessions', { id: sessionWithUser.id }, { tokenHash: sessionWithUser.id })]",
        ),
      ],
    },
    {
      name: 'a sign-out with a foreign refresh token signs out its owner',
      kind: 'revocation',
      source: 'facts 5.6: only block a refresh token whose subject is the caller; R02',
      mutations: [
        replace(
          sessions,
          '{ tokenHash: hashOf(refreshToken), userId: sessionWithUser.userId }',
          '{ tokenHash: hashOf(refreshToken) }',
        ),
      ],
    },
    {
      name: 'a deactivated account keeps its access',
      kind: 'revocation',
      source: 'facts 1.1: account deactivated is 403; R04',
      mutations: [remove(sessions, "if (user.status === 'disabled') throw new AuthError('userDisabled')")],
    },
    {
      name: 'the reuse of a refresh token goes unnoticed',
      kind: 'revocation',
      source: 'facts, Settled, Refresh: later it ends that session family; R05',
      mutations: [remove(refresh, 'await detectReuse(core, tokenHash, requestMeta)\n')],
    },
    {
      name: 'a refresh returns the same refresh token',
      kind: 'single use',
      source: 'facts 5.5: mint both tokens, block the old one; R05',
      mutations: [
        replace(
          refresh,
          'const outcome = await core.store.write(changes)',
          'const outcome = { done: changes.length > 0 }',
        ),
        replace(refresh, '    return issued\n', '    return { ...issued, refreshToken }\n'),
      ],
    },
    {
      name: 'a passkey challenge works twice',
      kind: 'single use',
      source: 'facts 6.1: consume atomically on the first finish; W01',
      mutations: [
        replace(passkeyChallenges, 'import { remove }', 'import { requireRow }'),
        replace(
          passkeyChallenges,
          "remove('oneTimeTokens', { ...where, expiresAt: { after: core.now() } }, { expect: 1 }),",
          "requireRow('oneTimeTokens', { ...where, expiresAt: { after: core.now() } }),",
        ),
      ],
    },
    {
      name: 'a guest can add a passkey',
      kind: 'scope',
      source: 'facts 4: guests cannot enrol passkeys, 403',
      mutations: [
        remove(
          'src/core/sign-up.ts',
          "if (provider === guestProvider) throw new AuthError('guestNotAllowed')",
        ),
      ],
    },
    {
      name: 'a sign-in with an unknown email has another message',
      kind: 'enumeration',
      source: 'facts 5.2: 401 invalid credentials for unknown email and wrong password; E01',
      mutations: [
        replace(
          'src/core/sign-in.ts',
          'if (!user || !matches || isExpired)',
          "if (!user) throw new AuthError('userNotFound')\n  if (!matches || isExpired)",
        ),
      ],
    },
    {
      name: 'passkey options for an unknown email are refused',
      kind: 'enumeration',
      source: 'facts 6.4: [] for unknown accounts, never an error; E05',
      mutations: [
        replace(
          passkeys,
          "return listPasskeys(core, user?.id ?? '')",
          "if (!user) throw new AuthError('passkeyNotFound')\n  return listPasskeys(core, user.id)",
        ),
      ],
    },
    {
      name: 'the authorization URL has no PKCE challenge',
      kind: 'redirect',
      source: 'facts 5.7: S256 wherever OAuth 2.0 is used; O02',
      mutations: [
        replace(
          oauth,
          'Location: authorizationUrl,',
          "Location: authorizationUrl.replace(/&code_challenge(_method)?=[^&]*/g, ''),",
        ),
        replace(
          'src/core/oauth.ts',
          'exchange({ code, redirectUri, verifier, nonce })',
          'exchange({ code, redirectUri, nonce })',
        ),
      ],
    },
    {
      name: 'pages can read the token cookies',
      kind: 'cookie',
      source: 'facts 1.2: HttpOnly; B02',
      mutations: [replace(cookies, 'httpOnly: true,', 'httpOnly: false,'), uncheckedReplies],
    },
    {
      name: 'the sign-out leaves the cookies',
      kind: 'cookie',
      source: 'facts 5.6: both cookies cleared',
      mutations: [remove(tokens, 'headers: cookies.clearedTokenHeaders(), '), uncheckedReplies],
    },
    {
      name: 'the cookie alone authorizes a POST',
      kind: 'cookie',
      source: 'facts 1.1: cookie-only is 401 for state-changing requests; B02',
      mutations: [
        replace(
          'src/variants/bedrud/authenticate.ts',
          "throw new AuthError('headerRequired')",
          'return { bearer: accessTokenCookie }',
        ),
      ],
    },
    {
      name: 'wrong passwords are not limited',
      kind: 'limit',
      source: 'facts 1.3: 10 requests per 60 s; A01',
      mutations: [remove('src/variants/bedrud/rules.ts', "  'signIn',\n"), noFailureLimit],
    },
    {
      name: 'an expired access token is accepted',
      kind: 'expiry',
      source: 'facts 3: exp enforced, zero leeway; J04',
      mutations: [remove(accessTokens, "if (exp <= now) throw new AuthError('expiredToken')")],
    },
    {
      name: 'a passkey challenge never expires',
      kind: 'expiry',
      source: 'facts 6.1: TTL 5 min; W01',
      mutations: [replace(passkeyChallenges, '{ ...where, expiresAt: { after: core.now() } }', 'where')],
    },
    {
      name: 'the profile contains the password hash',
      kind: 'secret',
      source: 'facts 2.2: never serialised: password hash',
      mutations: [
        replace(
          serializers,
          "isActive: user.status === 'active',",
          "isActive: user.status === 'active',\n    passwordHash: user.passwordHash,",
        ),
      ],
    },
  ]
}
