import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { onTestFinished } from 'vitest'
import { type Contract, findOperation, mediaTypeOf } from '../../src/conformance/contract/contract.ts'
import { typedParameter } from '../../src/conformance/packs/negatives/schema-mutations.ts'

/** Deliberate mistakes of the server. */
export interface Faults {
  /** Violations of this keyword are accepted, those of the value at `path` only if it is given. */
  ignores?: { keyword: string; path?: string }
  /** Answers violations of the schema with this status. */
  invalidStatus?: number
  auth?: 'none' | 'anyKey' | 'keyAlone' | 'prefix' | 'anyScheme' | 'foreign' | '400'
  head?: 'effects'
  allow?: string | null
  acceptsMethod?: string
  acceptsMediaType?: string
  malformed?: 'accepted' | 'crash' | 'missing'
  unlimited?: boolean
  unknownPaths?: boolean
  item?: 'lost' | 'kept'
  /** Throws for some valid bodies. */
  crash?: (body: Record<string, unknown>) => boolean
  /** Throws for some bodies before they are validated. */
  crashEarly?: (body: unknown) => boolean
}

/**
 * Starts a server of the contract in `notes-contract.ts`, which validates requests by the contract itself.
 * @returns its URL and the requests that it got, each as method, path and body
 */
export async function startNotes(
  contract: Contract,
  faults: Faults = {},
): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = []
  const notes = new Map<string, { id: string; text: string }>([['n0', { id: 'n0', text: 'First' }]])
  const app = new Hono()
  app.onError((_, c) => c.text('crashed', 500))
  app.all('*', async (c) => {
    const text = await c.req.text()
    requests.push(`${c.req.raw.method} ${c.req.path} ${text}`)
    return respond(c, contract, notes, faults, text)
  })
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(started))
  })
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, requests }
}

async function respond(
  c: Context,
  contract: Contract,
  notes: Map<string, { id: string; text: string }>,
  faults: Faults,
  text: string,
): Promise<Response> {
  const problem = (status: number, name: string) => c.json({ problem: name }, status as 400)
  const { path } = c.req
  const { method } = c.req.raw
  const ofPath = contract.operations.filter((each) => findOperation([each], each.method, path))
  if (ofPath.length === 0)
    return faults.unknownPaths ? c.html('<h1>Notes</h1>', 200) : problem(404, 'unknown')
  const isHead = method === 'HEAD' && (ofPath[0]?.isSafe || faults.head === 'effects')
  const operation = ofPath.find((each) => each.method === (isHead ? 'get' : method.toLowerCase()))
  if (!operation) {
    if (method === faults.acceptsMethod) return c.json({})
    const allow = ofPath.map((each) => each.method.toUpperCase()).join(', ')
    if (faults.allow !== null) c.header('Allow', faults.allow ?? allow)
    return problem(405, 'method')
  }
  if (operation.security.length > 0 && !isAuthenticated(c, faults))
    return problem(faults.auth === '400' ? 400 : 401, 'unauthorized')
  if (text.length > 65_536 && !faults.unlimited && operation.responses.has('413'))
    return problem(413, 'tooLarge')

  const media = operation.body && mediaTypeOf(operation.body)
  let body: unknown
  if (media && operation.body?.node.required) {
    const type = c.req.header('content-type')
    if (text === '' && faults.malformed !== 'missing') return problem(422, 'missing')
    if (text !== '' && type !== media.type && type !== faults.acceptsMediaType) return problem(415, 'type')
    try {
      body = JSON.parse(text || '{}')
    } catch (error) {
      if (faults.malformed === 'crash') throw error
      if (faults.malformed === 'accepted') return c.json({ id: 'n9', text: '' }, 201)
      return problem(400, 'malformedJson')
    }
    if (faults.crashEarly?.(body)) throw new Error('crashed')
    const violations = contract.checkSchema(`${media.pointer}/schema`, body)
    if (violations.some((violation) => !isIgnored(faults, violation)) && faults.malformed !== 'missing')
      return problem(faults.invalidStatus ?? 422, 'invalid')
    if (faults.crash?.((body ?? {}) as Record<string, unknown>)) throw new Error('crashed')
  }
  const id = path.split('/')[3] ?? ''
  for (const { node, pointer } of operation.parameters) {
    const value = {
      path: id,
      query: c.req.query(node.name),
      header: c.req.header(node.name),
      cookie: undefined,
    }[node.in]
    const violations =
      value === undefined
        ? node.required
          ? [{ path: node.name, pointer: '/required' }]
          : []
        : contract.checkSchema(
            `${pointer}/schema`,
            typedParameter(contract, node.schema ?? {}, decodeURIComponent(value)),
          )
    if (violations.some(({ pointer }) => !isIgnored(faults, { path: node.name, pointer })))
      return problem(422, 'parameter')
  }
  return handle(c, operation.id, { id, notes, faults, body: (body ?? {}) as { text: string } })
}

function handle(
  c: Context,
  operationId: string,
  {
    id,
    notes,
    faults,
    body,
  }: { id: string; notes: Map<string, { id: string; text: string }>; faults: Faults; body: { text: string } },
): Response {
  const unknown = () => c.json({ problem: 'unknown' }, 404)
  switch (operationId) {
    case 'createNote': {
      const created = { id: crypto.randomUUID(), text: String(body.text) }
      if (faults.item !== 'lost') notes.set(created.id, created)
      return c.json(created, 201)
    }
    case 'listNotes':
      return c.json([...notes.values()].toReversed())
    case 'getNote':
      return notes.has(id) ? c.json(notes.get(id)) : unknown()
    case 'deleteNote': {
      if (!notes.has(id)) return unknown()
      if (faults.item !== 'kept' && id !== 'n0') notes.delete(id)
      return c.body(null, 204)
    }
    case 'followLink': {
      if (id !== 'once' || notes.get('followed')) return unknown()
      if (faults.head === 'effects') notes.set('followed', { id: 'followed', text: '' })
      return c.json({})
    }
    default:
      return c.body(null, 204)
  }
}

function isIgnored({ ignores }: Faults, { pointer, path }: { pointer: string; path: string }): boolean {
  return (
    ignores !== undefined &&
    pointer.endsWith(`/${ignores.keyword}`) &&
    (ignores.path === undefined || path.replace(/^\//, '') === ignores.path)
  )
}

function isAuthenticated(c: Context, { auth }: Faults): boolean {
  if (auth === 'none') return true
  const authorization = c.req.header('authorization') ?? ''
  const key = c.req.header('x-key') ?? ''
  const cookie = c.req.header('cookie') ?? ''
  if (auth === 'anyKey' && key !== '' && cookie === 'app=app-1234567890') return true
  if (auth === 'keyAlone' && key === 'key-1234567890') return true
  if (auth === 'prefix' && authorization.startsWith('Bearer token-')) return true
  if (auth === 'anyScheme' && authorization.endsWith('token-1234567890')) return true
  if (auth === 'foreign' && authorization === 'Bearer other-1234567890') return true
  return (
    authorization === 'Bearer token-1234567890' ||
    (key === 'key-1234567890' && cookie === 'app=app-1234567890')
  )
}
