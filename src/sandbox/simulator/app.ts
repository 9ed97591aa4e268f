import { type Context, Hono } from 'hono'
import { base64url } from 'jose'
import { sleep } from '../../common/sleep.ts'
import { canonicalEmail } from '../../core/emails.ts'
import {
  accountFor,
  type PermanentCodes,
  type ProviderName,
  providerNames,
  type SimulatedAccount,
} from './accounts.ts'
import { type CodeGrant, type createConsents, keepNewest, newSecret } from './consents.ts'
import { isChoice, isProviderError, type Outcome, withEmail } from './outcomes.ts'
import { delays, drawPicture, pictureOf, renderConsentPage, renderErrorPage } from './page.ts'
import { claims, createSigner } from './tokens.ts'

interface SimulatorAppOptions {
  url: string
  home: string | undefined
  client: { clientId: string; clientSecret: string }
  accounts: SimulatedAccount[]
  permanentCodes: PermanentCodes
  consents: ReturnType<typeof createConsents>
}

/** Creates the Hono app of the simulator. */
export function createApp({ url, home, client, accounts, permanentCodes, consents }: SimulatorAppOptions) {
  const app = new Hono()
  const errorPage = (c: Context, reason: string, status: 400 | 404) =>
    c.html(renderErrorPage(reason, home), status)
  const signer = createSigner(`${url}/google`)
  /** Null simulates an account whose profile cannot be read. */
  const accountsByAccessToken = new Map<string, SimulatedAccount | null>()

  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
    c.header('x-content-type-options', 'nosniff')
    c.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https:; base-uri 'none'; frame-ancestors 'none'",
    )
  })

  // Endpoints for browsers: authorization and consent (RFC 6749, section 4.1.1).

  app.get('/:provider/authorize', (c) => {
    // Hono dispatches HEAD like GET, which opens a consent (RFC 9110, section 9.2.1).
    if (c.req.method === 'HEAD') return c.body(null, 405, { allow: 'GET' })
    const provider = providerNames.find((name) => name === c.req.param('provider'))
    const params = c.req.query()
    if (!provider) return c.notFound()
    // Any client id is accepted: apps that build this URL themselves have one that the simulator does not know.
    if (!params.client_id) return errorPage(c, 'client_id is missing.', 400)
    const redirectUri = params.redirect_uri ?? ''
    if (!/^https?:\/\/[^/?#@\\]+[^#\\]*$/.test(redirectUri) || !URL.canParse(redirectUri))
      return errorPage(c, 'redirect_uri must be an http or https URL without a fragment.', 400)
    const hasPkce = params.code_challenge !== undefined
    if (params.response_type !== 'code' || (hasPkce && params.code_challenge_method !== 'S256'))
      return errorPage(c, 'Only response_type=code and code_challenge_method=S256 are supported.', 400)
    const consent = consents.open({
      provider,
      clientId: params.client_id,
      redirectUri,
      state: params.state,
      scope: params.scope ?? '',
      challenge: params.code_challenge,
      nonce: params.nonce,
    })
    return c.redirect(`${url}/consents/${consent.id}`)
  })

  app.get('/consents/:id', (c) => {
    const consent = consents.find(c.req.param('id'))
    if (!consent) return errorPage(c, unknownConsent, 404)
    return consent.redirect
      ? c.redirect(consent.redirect)
      : c.html(renderConsentPage(consent, accounts, { url, home }))
  })

  app.post('/consents/:id', async (c) => {
    const consent = consents.find(c.req.param('id'))
    if (!consent) return errorPage(c, unknownConsent, 404)
    const { decision, account: subject, email, outcome, delay: seconds } = await c.req.parseBody()
    const typed = typeof email === 'string' ? email.trim() : ''
    const choice = isChoice(outcome) ? outcome : 'signIn'
    const delaySeconds = delays.find((value) => String(value) === seconds) ?? 0
    const showAgain = (problem: string) => {
      const input = { problem, email: typed, choice, delaySeconds }
      return c.html(renderConsentPage(consent, accounts, { url, home }, input), 400)
    }
    const decide = async (result: Outcome) => {
      const redirectTo = consents.decide(consent, result)
      await sleep(delaySeconds * 1000)
      return c.redirect(redirectTo, 303)
    }
    if (decision !== 'allow') return decide({ error: 'access_denied' })
    if (isProviderError(choice)) return decide({ error: choice })
    if (typed && canonicalEmail(typed) === undefined)
      return showAgain(`${typed} is not a valid email address.`)
    const account = typed
      ? await accountFor(typed)
      : accounts.find((candidate) => candidate.subject === subject)
    if (!account) return showAgain('Choose an account, or enter an email address.')
    const report = {
      withoutEmail: choice === 'withoutEmail',
      ...(choice === 'unverifiedEmail' && { emailVerified: false }),
    }
    return decide({ account: withEmail(account, report) })
  })

  app.get('/pictures/:letters', (c) =>
    c.body(String(drawPicture(c.req.param('letters'))), 200, { 'content-type': 'image/svg+xml' }),
  )

  // Endpoints for servers: tokens and profiles (RFC 6749, section 4.1.3).

  app.post('/:provider/token', async (c) => {
    const provider = providerNames.find((name) => name === c.req.param('provider'))
    if (!provider) return c.notFound()
    const form = await c.req.parseBody()
    const clientId = authenticateClient(c.req.header('authorization'), form, client)
    if (clientId === undefined) return c.json({ error: 'invalid_client' }, 401)
    const field = (name: string) => (typeof form[name] === 'string' ? form[name] : undefined)
    const [code, verifier] = [field('code') ?? '', field('code_verifier')]
    // A code works only at the provider that issued it.
    const codes = permanentCodes[provider] ?? {}
    const isPermanent = Object.hasOwn(codes, code)
    const grant = isPermanent ? undefined : consents.redeem(code)
    const challenge = verifier === undefined ? undefined : await s256(verifier)
    const isValid =
      field('grant_type') === 'authorization_code' &&
      (isPermanent ||
        (grant && matchesGrant(grant, { provider, redirectUri: field('redirect_uri'), challenge })))
    if (!isValid) return invalidCodeReply(c, provider)
    const account = isPermanent ? (codes[code] ?? null) : (grant?.account ?? null)
    // A permanent code has no authorization request. Use the nonce that our server would have sent: the
    // challenge.
    const nonce = isPermanent ? challenge : grant?.nonce
    const token = newSecret()
    keepNewest(accountsByAccessToken, token, account)
    const idToken =
      provider === 'google' && account
        ? { id_token: await signer.idToken(account, pictureOf(account, url), clientId, nonce) }
        : {}
    return c.json({ access_token: token, token_type: 'Bearer', expires_in: 3600, ...idToken })
  })

  app.get('/google/.well-known/openid-configuration', (c) => c.json(discoveryDocument(`${url}/google`)))

  app.get('/google/jwks', async (c) => c.json(await signer.jwks()))

  app.get('/google/userinfo', (c) => withAccount(c, (account, picture) => claims(account, picture)))

  app.get('/github/user', (c) =>
    withAccount(c, ({ subject, name }, picture) => ({
      id: toGitHubId(subject),
      login: name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      name,
      email: null, // Private, GitHub's default.
      avatar_url: picture,
    })),
  )

  app.get('/github/user/emails', (c) =>
    withAccount(c, ({ email, emailVerified }) =>
      email === null ? [] : [{ email, primary: true, verified: emailVerified, visibility: 'private' }],
    ),
  )

  app.get('/twitter/users/me', (c) =>
    withAccount(c, ({ subject, name, email, emailVerified }, picture) => ({
      data: {
        id: subject,
        name,
        username: name.replace(/\W+/g, '_'),
        profile_image_url: picture,
        ...(email !== null && emailVerified && { confirmed_email: email }),
      },
    })),
  )

  /** Responds with the profile of the owner of the access token. */
  function withAccount(c: Context, toProfile: (account: SimulatedAccount, picture: string) => object) {
    const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const account = token === undefined ? undefined : accountsByAccessToken.get(token)
    if (account === undefined) return c.json({ error: 'invalid_token' }, 401)
    return account
      ? c.json(toProfile(account, pictureOf(account, url)))
      : c.json({ error: 'server_error' }, 500)
  }

  return app
}

/** Returns the id as GitHub sends it: a JSON number, which is exact up to 15 digits. */
function toGitHubId(subject: string): number {
  return Number(subject.slice(-15))
}

const unknownConsent = 'This sign-in request is unknown or has expired. Start again in the app.'

function matchesGrant(
  grant: CodeGrant,
  {
    provider,
    redirectUri,
    challenge,
  }: Pick<CodeGrant, 'provider' | 'challenge'> & { redirectUri: string | undefined },
) {
  // Also reject a verifier without a challenge, which can be an injected code (RFC 9700, section 2.1.1).
  return grant.provider === provider && grant.redirectUri === redirectUri && grant.challenge === challenge
}

/**
 * Authenticates a client. Only the client of the API's server has a secret.
 * @returns the client id, or undefined if it is missing or the secret is wrong
 */
function authenticateClient(
  authorization: string | undefined,
  form: Record<string, unknown>,
  { clientId, clientSecret }: SimulatorAppOptions['client'],
): string | undefined {
  const { client_id: sentId, client_secret: sentSecret } = { ...form, ...basicCredentials(authorization) }
  if (typeof sentId !== 'string' || sentId === '') return undefined
  return sentId === clientId && sentSecret !== clientSecret ? undefined : sentId
}

/** Reads Basic credentials (RFC 6749, section 2.3.1), which take precedence over those of the form. */
function basicCredentials(authorization: string | undefined) {
  if (authorization === undefined) return {}
  try {
    const [, id = '', secret = ''] =
      /^([^:]*):(.*)$/s.exec(atob(authorization.replace(/^basic +/i, ''))) ?? []
    return { client_id: decodeURIComponent(id), client_secret: decodeURIComponent(secret) }
  } catch {
    return { client_id: undefined, client_secret: undefined }
  }
}

/** The metadata of the simulated OpenID Connect provider (OpenID Connect Discovery, section 3). */
function discoveryDocument(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: ['aud', 'email', 'email_verified', 'exp', 'iat', 'iss', 'name', 'picture', 'sub'],
    authorization_response_iss_parameter_supported: true,
  }
}

function invalidCodeReply(c: Context, provider: ProviderName) {
  // GitHub reports errors with status 200.
  return provider === 'github'
    ? c.json({ error: 'bad_verification_code' })
    : c.json({ error: 'invalid_grant' }, 400)
}

async function s256(verifier: string) {
  return base64url.encode(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))),
  )
}
