import type { VariantName } from '../../generated/index.ts'
import { start, temporaryFolder } from '../cli/child.ts'

/** What somebody sends; a body is sent as JSON. */
export interface SentRequest {
  body?: unknown
  headers?: Record<string, string>
}

/** What came back, its JSON read. Redirects are not followed. */
export interface ReceivedResponse {
  status: number
  headers: Headers
  text: string
  body: Awaited<ReturnType<Response['json']>>
}

/**
 * A server of its own process that can be killed and comes back at the same address.
 * @param env further settings; the database is a file, unless they name another
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
    const answer = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json')
    return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : text }
  }

  return {
    url,
    ask,
    /** SIGKILL, and up again. */
    async killAndRestart() {
      server.kill('SIGKILL')
      await server.ended
      server = serve(new URL(url).port)
      await server.url()
    },
    /** The newest mail of a kind to somebody. */
    async mailTo(
      address: string,
      kind: 'verifyEmail' | 'resetPassword',
    ): Promise<{ links: string[]; tokens: string[] }> {
      const { body } = await ask('GET', `/__dev/inbox?to=${encodeURIComponent(address)}`)
      return body.mails.findLast((mail: { kind: string }) => mail.kind === kind)
    },
    /**
     * What a browser does that starts at `path`, be it ours or the provider's: over the consent page, which
     * is answered with `allow`, and back.
     * @param form what is filled in there; the first account by default
     * @returns the answer of the way back
     */
    async signInAtProvider(path: string, form: Record<string, string> = {}): Promise<ReceivedResponse> {
      const away = await ask('GET', path)
      const cookie = away.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
      const atProvider = away.headers.get('location') ?? ''
      const consent = path.includes('/__oauth/')
        ? atProvider
        : ((await ask('GET', atProvider)).headers.get('location') ?? '')
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
