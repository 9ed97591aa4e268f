import { challenge, redirectUri, robin, url } from '../adapters/oauth.fixture.ts'

/** A browser without cookies that does not follow redirects. */
export function browse(fetch: (request: Request) => Response | Promise<Response>) {
  const open = async (url: string, init?: RequestInit) => fetch(new Request(url, init))
  return {
    open,
    /** Opens an authorization URL. Returns the consent page and the URL of its form. */
    async page(authorizationUrl: string) {
      const to = (await open(authorizationUrl)).headers.get('location') ?? ''
      const response = await open(to)
      return { form: to, response, text: await response.text() }
    },
    /** Submits the form. Returns the redirect URL as `to`. */
    async submit(form: string, fields: Record<string, string>) {
      const response = await open(form, { method: 'POST', body: new URLSearchParams(fields) })
      return { status: response.status, to: response.headers.get('location') ?? '' }
    },
  }
}

export const authorizationUrl = (name: string, change: Record<string, string> = {}) => {
  const parameters = {
    ...{ client_id: 'simulator', redirect_uri: redirectUri, response_type: 'code', state: 'a-state' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256', scope: 'openid email' },
    ...change,
  }
  return `${url}/${name}/authorize?${new URLSearchParams(parameters)}`
}

/** An account at a provider whose email has a local account. */
export const taken = {
  ...robin,
  subject: '7',
  name: 'Ada',
  email: 'ada@example.org',
  note: 'has a local account',
}
