import type { VariantName } from '../../generated/index.ts'
import { start, temporaryFolder } from '../cli/child.ts'

/** A request; the body is sent as JSON. */
export interface SentRequest {
  body?: unknown
  headers?: Record<string, string>
}

/** A response with its JSON parsed. Redirects are not followed. */
export interface ReceivedResponse {
  status: number
  headers: Headers
  text: string
  body: Awaited<ReturnType<Response['json']>>
}

/**
 * Starts a server in a separate process that can be killed and restarted at the same URL.
 * @param env further settings; by default, the database is a file
 */
export async function startKillableServer(variant: VariantName, env: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  const serve = (port: string) =>
    start(['serve', variant, '--port', port, '--data', folder], env, 'src/cli/auth-contracts.js')
  let server = serve('0')
  const url = await server.url()

  const ask = async (
    method: string,
    path: string,
    { body, headers = {} }: SentRequest = {},
  ): Promise<ReceivedResponse> => {
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : text,
    }
  }

  return {
    url,
    ask,
    /** Kills the process with SIGKILL, and starts it again. */
    async killAndRestart() {
      server.kill('SIGKILL')
      await server.ended
      server = serve(new URL(url).port)
      await server.url()
    },
    /** Returns the latest mail of a kind to an email address. */
    async mailTo(
      email: string,
      kind: 'verifyEmail' | 'resetPassword',
    ): Promise<{ links: string[]; tokens: string[] }> {
      const { body } = await ask('GET', `/__dev/inbox?to=${encodeURIComponent(email)}`)
      return body.mails.findLast((mail: { kind: string }) => mail.kind === kind)
    },
    /**
     * Signs in at an OAuth provider like a browser: opens `path`, allows access on the consent page, and
     * follows the redirect to the callback.
     * @param path the start of the flow at the API, or an authorization URL of the simulated provider
     * @param form fields of the consent page; the first account by default
     * @returns the response of the callback
     */
    async signInAtProvider(path: string, form: Record<string, string> = {}): Promise<ReceivedResponse> {
      const started = await ask('GET', path)
      const cookie = started.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
      const authorizationUrl = started.headers.get('location') ?? ''
      const consent = path.includes('/__oauth/')
        ? authorizationUrl
        : ((await ask('GET', authorizationUrl)).headers.get('location') ?? '')
      const page = await ask('GET', consent)
      const account = /name="account" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
      const allowed = await fetch(new URL(consent, url), {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: new URL(url).origin },
        body: new URLSearchParams({ decision: 'allow', account, ...form }),
      })
      return ask('GET', allowed.headers.get('location') ?? '', { headers: { cookie } })
    },
  }
}
