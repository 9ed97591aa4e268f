import type { TestSettings } from '../../support/sandbox.ts'
import { openFactory } from './support.ts'

export interface Journey {
  provider?: string
  redirectTo?: string
}

/** A sandbox, and a browser that follows redirects. */
export async function openOAuth(settings: TestSettings = {}) {
  const factory = await openFactory(settings)
  const { ask, control } = factory

  /** @returns the redirect to the provider, and the cookie of the browser */
  async function start({ provider = 'github', redirectTo = '/projects' }: Journey = {}) {
    const query = new URLSearchParams({ redirectTo })
    const response = await ask('GET', `/api/auth/oauth/${provider}?${query}`)
    if (response.status !== 302)
      throw new Error(`No redirect to ${provider}: ${JSON.stringify(response.body)}`)
    const location = new URL(response.headers.get('location') ?? '')
    const setCookie = response.headers.get('set-cookie') ?? ''
    return {
      location,
      setCookie,
      headers: response.headers,
      state: location.searchParams.get('state') ?? '',
      cookie: setCookie.split(';')[0] ?? '',
    }
  }

  /**
   * Decides the consent at the provider.
   * @returns the path and query of the callback
   */
  async function decide(location: URL, about: object) {
    await ask('GET', location.pathname + location.search)
    const consent = location.searchParams.get('state')
    const { redirectTo } = await control<{ redirectTo: string }>('oauth', { consent, ...about })
    const back = new URL(redirectTo)
    return back.pathname + back.search
  }

  const comeBack = (path: string, cookie?: string) =>
    ask('GET', path, undefined, { headers: { ...(cookie !== undefined && { cookie }) } })

  /**
   * Runs the whole flow.
   * @returns the URL that the browser arrives at
   */
  async function travel(about: object, journey: Journey = {}) {
    const { location, cookie } = await start(journey)
    const response = await comeBack(await decide(location, about), cookie)
    if (response.status !== 302)
      throw new Error(`No redirect to the frontend: ${JSON.stringify(response.body)}`)
    return new URL(response.headers.get('location') ?? '')
  }

  const signInAs = async (account: string, journey: Journey & { emailVerified?: boolean } = {}) => {
    const { emailVerified, ...others } = journey
    const consent = { decision: 'approve', account, ...(emailVerified !== undefined && { emailVerified }) }
    const landing = await travel(consent, others)
    const token = new URLSearchParams(landing.hash.slice(1)).get('token') ?? ''
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: token })
    return { landing, token, session: session.body, error: landing.searchParams.get('error') }
  }

  return { ...factory, start, decide, comeBack, travel, signInAs }
}
