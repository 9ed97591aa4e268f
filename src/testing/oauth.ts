import type { DecideConsentRequest } from '../../generated/_dev/types.ts'
import type { Tokens } from '../client/index.ts'
import { UserError } from '../common/user-error.ts'
import type { TestAdapter } from './adapters/adapter.ts'
import { type Connection, resultOf } from './connection.ts'
import { newEmail } from './people.ts'
import { readResponse } from './response.ts'

/** The account that approves a sign-in. */
export interface Approval {
  /**
   * The email, name or subject of a simulated account, or any other email for a new account. A new email by
   * default.
   */
  account?: string
  /**
   * Whether the provider has verified the email. By default, a simulated account as it is listed, and a new
   * one verified.
   */
  emailVerified?: boolean
  /** Whether the provider reports no email. False by default. */
  withoutEmail?: boolean
}

/**
 * How a provider fails: an error in the callback, a code that its token endpoint rejects, or a profile that
 * cannot be read.
 */
export type ProviderError = NonNullable<DecideConsentRequest['error']>

/**
 * The start of a sign-in: the name of a provider, the URL of its authorization or consent page, the URL or
 * path of the operation that starts it, or the response of that operation.
 */
export type OAuthStart = string | URL | Response

/** The end of a sign-in with a simulated provider. */
export interface OAuthResult {
  /** The URL to which the provider redirects the browser. */
  callbackUrl: string
  /**
   * The response of the callback. Undefined if it was not called: after a consent page, where the browser has
   * to go on, and for a callback of the frontend.
   */
  response?: Response
  /** Where the browser arrives: the URL to which the callback redirects, or else the callback itself. */
  url: URL
  /** The tokens of a successful sign-in. */
  tokens?: Tokens | undefined
}

/** Decides consents at the simulated providers. */
export interface TestOAuth {
  /**
   * Approves a sign-in.
   * @throws {UserError} if the start fails, or the account is unknown
   * @example
   * const { callbackUrl } = await sandbox.oauth.approve(page.url(), { account: 'ada@example.org' })
   * await page.goto(callbackUrl)
   */
  approve: (start: OAuthStart, approval?: Approval) => Promise<OAuthResult>
  /** Denies a sign-in. */
  deny: (start: OAuthStart) => Promise<OAuthResult>
  /**
   * Lets the provider fail.
   * @example
   * const { response } = await sandbox.oauth.fail('google', 'server_error')
   */
  fail: (start: OAuthStart, error: ProviderError) => Promise<OAuthResult>
}

type Answer = Partial<DecideConsentRequest> & Pick<DecideConsentRequest, 'decision'>

export function createTestOAuth(
  connection: Connection,
  { oauth, tokensIn }: TestAdapter,
  webUrl: string,
): TestOAuth {
  const { url, controls, fetch } = connection

  async function decide(start: OAuthStart, toAnswer: () => Answer | Promise<Answer>): Promise<OAuthResult> {
    if (!oauth) throw new UserError('This API has no sign-in with OAuth providers.')
    const isProvider = typeof start === 'string' && oauth.providers.includes(start)
    const first = isProvider ? oauth.startPath(start, webUrl) : start
    const { consent, cookies, isPage } = await openConsent(first)
    const body = { consent, withoutEmail: false, ...(await toAnswer()) }
    const { redirectTo: callbackUrl } = await resultOf(controls.POST('/__dev/oauth', { body }))
    if (isPage || !isBelow(callbackUrl)) return { callbackUrl, url: new URL(callbackUrl) }
    const response = await request(callbackUrl, cookies)
    const read = await readResponse(response)
    return { callbackUrl, url: read.location ?? new URL(callbackUrl), response, tokens: tokensIn(read) }
  }

  /** Resolves the name of an account to its subject. */
  async function toApproval({ account = newEmail(), ...others }: Approval): Promise<Answer> {
    const { accounts } = await resultOf(controls.GET('/__dev/oauth'))
    const wanted = account.toLowerCase()
    const named = accounts.find(({ name }) =>
      [name, name.split(' ')[0]].some((part) => part?.toLowerCase() === wanted),
    )
    return { decision: 'approve', account: named?.subject ?? account, ...others }
  }

  /** Follows the redirects of a sign-in to its consent page. */
  async function openConsent(start: OAuthStart) {
    const cookies = new Map<string, string>()
    let response = isResponse(start) ? start : undefined
    let next = isResponse(start) ? start.url : toUrl(start)
    for (let hop = 0; hop < maxHops; hop++) {
      const [, consent] = /\/__oauth\/consents\/([^/?#]+)$/.exec(next) ?? []
      if (consent !== undefined) return { consent, cookies, isPage: hop === 0 }
      assertSimulated(next)
      response ??= await request(next, cookies)
      const { location, body, cookies: set } = await readResponse(response)
      for (const [name, value] of Object.entries(set)) cookies.set(name, value)
      const target = location?.href ?? oauth?.authorizationUrlIn?.(body ?? {})
      if (typeof target !== 'string') throw await startError(response)
      next = target
      response = undefined
    }
    throw new UserError(`The sign-in does not reach a consent page within ${maxHops} redirects.`)
  }

  const request = (target: string, cookies: Map<string, string>) =>
    fetch(target, {
      redirect: 'manual',
      headers: {
        ...(isBelow(target) && connection.headers),
        ...(cookies.size > 0 && { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }),
      },
    })

  function toUrl(start: string | URL): string {
    const target = String(start)
    if (target.startsWith('/')) return `${url}${target}`
    if (URL.canParse(target)) return target
    const providers = oauth?.providers.join(', ')
    throw new UserError(
      `"${target}" is neither a URL nor a path of the API, nor one of its providers: ${providers}.`,
    )
  }

  const base = new URL(url)
  const isLocal = (hostname: string) => [base.hostname, 'localhost', '127.0.0.1', '[::1]'].includes(hostname)
  /** Compares paths, because the sandbox may put another name of this machine into its URLs. */
  const isBelow = (target: string) => {
    const { hostname, port, pathname } = new URL(target)
    return (
      isLocal(hostname) &&
      port === base.port &&
      `${pathname}/`.startsWith(`${base.pathname.replace(/\/$/, '')}/`)
    )
  }

  function assertSimulated(target: string) {
    const { hostname, origin } = new URL(target)
    if (!isLocal(hostname))
      throw new UserError(`The sign-in leads to ${origin}, which the sandbox does not simulate.`)
  }

  return {
    approve: (start, approval = {}) => decide(start, () => toApproval(approval)),
    deny: (start) => decide(start, () => ({ decision: 'deny' })),
    fail: (start, error) => decide(start, () => ({ decision: 'fail', error })),
  }
}

const maxHops = 5

/** Not `instanceof`, because servers and test environments replace the global class. */
const isResponse = (start: OAuthStart): start is Response => typeof start === 'object' && 'headers' in start

async function startError(response: Response) {
  const text = response.bodyUsed ? '' : await response.clone().text()
  return new UserError(
    `The sign-in cannot start: ${response.url} responded with ${response.status} ${text}`.trim(),
  )
}
