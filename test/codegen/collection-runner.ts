import { runInNewContext } from 'node:vm'

interface Pair {
  key: string
  value: string
  disabled?: boolean
}

type PostmanBody =
  | { mode: 'raw'; raw: string }
  | { mode: 'urlencoded'; urlencoded: Pair[] }
  | { mode: 'formdata'; formdata: { key: string; value?: string; src?: string; contentType?: string }[] }
  | { mode: 'file'; file: { src: string } }

/** The parts of a Postman collection (v2.1) that ours use. */
export interface PostmanCollection {
  info: { name: string; description: string; schema: string }
  item: {
    name: string
    event: { script: { exec: string[] } }[]
    request: {
      method: string
      auth?: { type: 'bearer' | 'basic'; bearer?: Pair[]; basic?: Pair[] }
      header: Pair[]
      url: { raw: string; path: string[]; query?: Pair[]; variable?: Pair[] }
      body?: PostmanBody
    }
  }[]
  variable: Pair[]
}

type PostmanRequest = PostmanCollection['item'][number]['request']

export interface Outcome {
  request: string
  status: number
  /** The titles of the failed checks of the script. */
  failed: string[]
}

/** A server, which a test reaches without the network. */
interface Server {
  publicUrl: string
  fetch: (request: Request, connection: { ip: string }) => Response | Promise<Response>
}

/** Sends all requests of a Postman collection in order, and runs their scripts. Follows no redirects. */
export async function runPostman(collection: PostmanCollection, server: Server): Promise<Outcome[]> {
  const variables = new Map(collection.variable.map(({ key, value }) => [key, value]))
  variables.set('baseUrl', server.publicUrl)
  const outcomes: Outcome[] = []
  for (const { name, event, request } of collection.item) {
    const { method, auth, header, url, body } = request
    const pathVariables = new Map(url.variable?.map(({ key, value }) => [key, value]))
    const resolved = substitute(url.raw, variables).replace(/\/:(\w+)/g, (_, key: string) => {
      return `/${encodeURIComponent(pathVariables.get(key) ?? '')}`
    })
    const response = await server.fetch(
      new Request(resolved, {
        method,
        headers: [...header, ...authorizationOf(auth, variables)].map(
          ({ key, value }) => [key, substitute(value, variables)] as [string, string],
        ),
        ...(body && { body: contentOf(body, variables) }),
      }),
      { ip: '192.0.2.1' },
    )
    const failed = runScript(event[0]?.script.exec ?? [], response.status, await response.text(), variables)
    outcomes.push({ request: name, status: response.status, failed })
  }
  return outcomes
}

/** Writes a body as Postman does. The files have any content. */
function contentOf(body: PostmanBody, variables: Map<string, string>): BodyInit {
  switch (body.mode) {
    case 'raw':
      return substitute(body.raw, variables)
    case 'urlencoded':
      return new URLSearchParams(body.urlencoded.map(({ key, value }) => [key, substitute(value, variables)]))
    case 'formdata': {
      const form = new FormData()
      for (const { key, value = '', src, contentType: type } of body.formdata) {
        const part = src === undefined ? substitute(value, variables) : 'content'
        if (src === undefined && type === undefined) form.append(key, part)
        else form.append(key, new File([part], src ?? 'part', { ...(type && { type }) }))
      }
      return form
    }
    case 'file':
      return new Blob(['content'])
  }
}

/** Writes the header that Postman makes of an authorization, after it has replaced the variables. */
function authorizationOf(auth: PostmanRequest['auth'], variables: Map<string, string>): Pair[] {
  if (!auth) return []
  const values = auth[auth.type]?.map(({ value }) => substitute(value, variables)) ?? []
  const value = auth.type === 'basic' ? `Basic ${btoa(values.join(':'))}` : `Bearer ${values.join()}`
  return [{ key: 'Authorization', value }]
}

/** Runs a test script with the functions of `pm` that ours call. */
function runScript(lines: string[], status: number, text: string, variables: Map<string, string>): string[] {
  const failed: string[] = []
  const pm = {
    test(title: string, check: () => void) {
      try {
        check()
      } catch {
        failed.push(title)
      }
    },
    response: {
      code: status,
      json: () => JSON.parse(text),
      to: { have: { status: (expected: number) => assert(status === expected) } },
    },
    collectionVariables: { set: (key: string, value: string) => variables.set(key, value) },
  }
  runInNewContext(lines.join('\n'), { pm })
  return failed
}

function assert(condition: boolean): void {
  if (!condition) throw new Error('The check failed.')
}

/** Replaces variables. Like Postman, it keeps those that do not exist. */
function substitute(text: string, variables: Map<string, string>): string {
  return text.replace(/\{\{([\w.-]+)\}\}/g, (reference, name: string) => variables.get(name) ?? reference)
}
