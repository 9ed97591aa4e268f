import { type Context, Hono } from 'hono'
import { base64url } from 'jose'
import { canonicalEmail } from '../../core/emails.ts'
import { accountFor, type ProviderName, providerNames, type SimulatedAccount } from './accounts.ts'
import { type createConsents, type Grant, keepNewest, newSecret } from './consents.ts'
import { consentPage, drawPicture, pictureOf, refusalPage } from './page.ts'
import { claims, createSigner } from './tokens.ts'

interface Parts {
  url: string
  home: string | undefined
  client: { clientId: string; clientSecret: string }
  accounts: SimulatedAccount[]
  standingCodes: Readonly<Record<string, SimulatedAccount | null>>
  consents: ReturnType<typeof createConsents>
}

export function createApp({ url, home, client, accounts, standingCodes, consents }: Parts) {
  const app = new Hono()
  const refuse = (c: Context, reason: string, status: 400 | 404) => c.html(refusalPage(reason, home), status)
  const signer = createSigner(`${url}/google`)
  /** Accounts by access token; null is an account whose profile cannot be read. */
  const signedIn = new Map<string, SimulatedAccount | null>()

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

  // The browser's side (RFC 6749, section 4.1.1).

  app.get('/:provider/authorize', (c) => {
    const provider = providerNames.find((name) => name === c.req.param('provider'))
    const asked = c.req.query()
    if (!provider) return c.notFound()
    if (asked.client_id !== client.clientId)
      return refuse(c, `There is no client with the id ${asked.client_id ?? ''}.`, 400)
    const redirectUri = asked.redirect_uri ?? ''
    if (!/^https?:\/\/[^/?#@\\]+[^#\\]*$/.test(redirectUri) || !URL.canParse(redirectUri))
      return refuse(c, 'redirect_uri has to be an http(s) address without a fragment.', 400)
    const hasPkce = asked.code_challenge !== undefined
    if (asked.response_type !== 'code' || (hasPkce && asked.code_challenge_method !== 'S256'))
      return refuse(c, 'Only response_type=code and code_challenge_method=S256 are spoken here.', 400)
    const consent = consents.open({
      provider,
      clientId: client.clientId,
      redirectUri,
      state: asked.state,
      scope: asked.scope ?? '',
      challenge: asked.code_challenge,
      nonce: asked.nonce,
    })
    return c.redirect(`${url}/consents/${consent.id}`)
  })

  app.get('/consents/:id', (c) => {
    const consent = consents.find(c.req.param('id'))
    if (!consent) return refuse(c, unknownRequest, 404)
    return consent.redirect
      ? c.redirect(consent.redirect)
      : c.html(consentPage(consent, accounts, { url, home }))
  })

  app.post('/consents/:id', async (c) => {
    const consent = consents.find(c.req.param('id'))
    if (!consent) return refuse(c, unknownRequest, 404)
    const { decision, account: subject, email, verified } = await c.req.parseBody()
    if (decision !== 'allow') return c.redirect(consents.deny(consent), 303)
    const typed = typeof email === 'string' ? email.trim() : ''
    const isVerified = verified === 'yes'
    const askAgain = (problem: string) =>
      c.html(consentPage(consent, accounts, { url, home }, { problem, email: typed, isVerified }), 400)
    if (typed && canonicalEmail(typed) === undefined) return askAgain(`${typed} is no e-mail address.`)
    const account = typed
      ? await accountFor(typed, isVerified)
      : accounts.find((candidate) => candidate.subject === subject)
    if (!account) return askAgain('Choose an account, or type an address.')
    return c.redirect(consents.allow(consent, account), 303)
  })

  app.get('/pictures/:letters', (c) =>
    c.body(String(drawPicture(c.req.param('letters'))), 200, { 'content-type': 'image/svg+xml' }),
  )

  // The server's side (RFC 6749, section 4.1.3).

  app.post('/:provider/token', async (c) => {
    const provider = providerNames.find((name) => name === c.req.param('provider'))
    if (!provider) return c.notFound()
    const form = await c.req.parseBody()
    if (!isClient(c.req.header('authorization'), form, client))
      return c.json({ error: 'invalid_client' }, 401)
    const given = (name: string) => (typeof form[name] === 'string' ? form[name] : undefined)
    const [code, verifier] = [given('code') ?? '', given('code_verifier')]
    const isStanding = Object.hasOwn(standingCodes, code)
    const grant = isStanding ? undefined : consents.redeem(code)
    const challenge = verifier === undefined ? undefined : await s256(verifier)
    const isGood =
      given('grant_type') === 'authorization_code' &&
      (isStanding || (grant && fits(grant, { provider, redirectUri: given('redirect_uri'), challenge })))
    if (!isGood) return refuseCode(c, provider)
    const account = isStanding ? (standingCodes[code] ?? null) : (grant?.account ?? null)
    // A standing code had no authorization request, so its nonce is what our server would have sent: the PKCE challenge.
    const nonce = isStanding ? challenge : grant?.nonce
    const token = newSecret()
    keepNewest(signedIn, token, account)
    const idToken =
      provider === 'google' && account
        ? { id_token: await signer.idToken(account, pictureOf(account, url), client.clientId, nonce) }
        : {}
    return c.json({ access_token: token, token_type: 'Bearer', expires_in: 3600, ...idToken })
  })

  app.get('/google/jwks', async (c) => c.json(await signer.jwks()))

  app.get('/google/userinfo', (c) => withAccount(c, (account, picture) => claims(account, picture)))

  app.get('/github/user', (c) =>
    withAccount(c, ({ subject, name }, picture) => ({
      id: Number(subject),
      login: name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      name,
      email: null, // private, as by default
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

  /** Answers the owner of the access token. */
  function withAccount(c: Context, answer: (account: SimulatedAccount, picture: string) => object) {
    const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const account = token === undefined ? undefined : signedIn.get(token)
    if (account === undefined) return c.json({ error: 'invalid_token' }, 401)
    return account ? c.json(answer(account, pictureOf(account, url))) : c.json({ error: 'server_error' }, 500)
  }

  return app
}

const unknownRequest = 'It is not known here, or no longer. Start again in the app.'

function fits(
  grant: Grant,
  {
    provider,
    redirectUri,
    challenge,
  }: Pick<Grant, 'provider' | 'challenge'> & { redirectUri: string | undefined },
) {
  // A verifier without a challenge is refused too: the code may have been injected (RFC 9700, section 2.1.1).
  return grant.provider === provider && grant.redirectUri === redirectUri && grant.challenge === challenge
}

function isClient(
  authorization: string | undefined,
  form: Record<string, unknown>,
  { clientId, clientSecret }: Parts['client'],
) {
  if (authorization !== undefined) return authorization === `Basic ${btoa(`${clientId}:${clientSecret}`)}`
  return form.client_id === clientId && form.client_secret === clientSecret
}

function refuseCode(c: Context, provider: ProviderName) {
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
