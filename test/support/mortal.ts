import type { VariantName } from '../../generated/index.ts'
import { start, temporaryFolder } from '../cli/child.ts'

/** What somebody sends; a body is sent as JSON. */
export interface Sent {
  body?: unknown
  headers?: Record<string, string>
}

/** What came back, its JSON read. Redirects are not followed. */
export interface Got {
  status: number
  headers: Headers
  body: Awaited<ReturnType<Response['json']>>
}

/** A server of its own process, on a database file, that can be killed and comes back at the same address. */
export async function mortalServer(variant: VariantName) {
  const folder = await temporaryFolder()
  const serve = (port: string) =>
    start(['serve', variant, '--port', port, '--data', folder], {}, 'src/cli/main.ts')
  let server = serve('0')
  const url = await server.url()

  const ask = async (method: string, path: string, { body, headers = {} }: Sent = {}): Promise<Got> => {
    const answer = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json')
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
  }

  return {
    url,
    ask,
    /** SIGKILL, and up again. */
    async die() {
      server.kill('SIGKILL')
      await server.ended
      server = serve(new URL(url).port)
      await server.url()
    },
    /** The newest mail to somebody. */
    async mailTo(address: string): Promise<{ links: string[]; tokens: string[] }> {
      const { body } = await ask('GET', `/__dev/inbox?to=${encodeURIComponent(address)}`)
      return body.mails.at(-1)
    },
    /**
     * What a browser does that starts at `path`: to the provider, over its consent page, which is answered with `allow`, and back.
     * @param form what is filled in there; the first account by default
     * @returns the answer of the way back
     */
    async signInAtProvider(path: string, form: Record<string, string> = {}): Promise<Got> {
      const away = await ask('GET', path)
      const cookie = away.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
      const asked = await ask('GET', away.headers.get('location') ?? '')
      const consent = asked.headers.get('location') ?? ''
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
