import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { onTestFinished } from 'vitest'
import { type Contract, findOperation } from '../../src/conformance/contract/contract.ts'

/** A deliberate mistake of the server. */
export type Fault =
  | 'acceptsAnything'
  | 'noCredentials'
  | 'wrongStatus'
  | 'wrongBody'
  | 'missingHeader'
  | 'undeclared'

/** The credentials that the server accepts. */
export const credentials = {
  client: 'app:s3cret-of-the-app',
  key: 'key-of-the-portal',
  session: 'session-of-the-portal',
  login: 'token-of-the-portal',
}

/** Starts a server of the contract in `portal-contract.ts`. It ends with the test. */
export async function startPortal(
  contract: Contract,
  fault?: Fault,
): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = []
  const app = new Hono()
  app.all('*', async (c) => {
    bodies.push(`${c.req.header('content-type') ?? ''} ${await c.req.raw.clone().text()}`)
    return respond(c, contract, fault)
  })
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(started))
  })
  onTestFinished(() => {
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, bodies }
}

const id = '1c8b9c0e-52e4-4a5b-9a35-0d2f6b1f9a11'
const member = {
  ...{ id, name: 'Ada', joined: 'yesterday', contact: { kind: 'phone', number: '1' } },
  team: { title: 'Engines', parent: null },
}

async function respond(c: Context, contract: Contract, fault: Fault | undefined): Promise<Response> {
  const reject = (status: number) => c.json({ reason: 'rejected' }, status as 400)
  const { method, path } = c.req
  const ofPath = contract.operations.filter((each) => findOperation([each], each.method, path))
  if (ofPath.length === 0) return reject(404)
  const operation = ofPath.find(
    (each) => each.method === method.toLowerCase() || (each.isSafe && method === 'HEAD'),
  )
  if (!operation) {
    c.header('Allow', ofPath.map((each) => each.method.toUpperCase()).join(', '))
    return reject(405)
  }
  if (fault !== 'acceptsAnything') {
    if (fault !== 'noCredentials' && !isAuthenticated(c, operation.id)) return reject(401)
    if (!(await isValid(c, contract, operation.id)))
      return reject(fault === 'wrongStatus' ? 418 : operation.id === 'addMember' ? 422 : 400)
  }
  switch (operation.id) {
    case 'issueToken':
      if (fault !== 'missingHeader') c.header('Cache-Control', 'no-store')
      return c.json({ access_token: 'a'.repeat(30) })
    case 'uploadPicture':
      return fault === 'undeclared' ? c.text('stored', 202) : c.body(null, 204)
    case 'addMember':
      return c.json(member, 201)
    default:
      return c.json(fault === 'wrongBody' ? { ...member, team: 'Engines' } : member)
  }
}

function isAuthenticated(c: Context, operationId: string): boolean {
  const { client, key, session, login } = credentials
  const authorization = c.req.header('authorization')
  switch (operationId) {
    case 'issueToken':
      return authorization === `Basic ${Buffer.from(client).toString('base64')}`
    case 'uploadPicture':
      return c.req.query('key') === key
    case 'getMember':
      return getCookie(c, 'sid') === session
    default:
      return authorization === `Bearer ${login}`
  }
}

async function isValid(c: Context, contract: Contract, operationId: string): Promise<boolean> {
  const isOk = (pointer: string, value: unknown) => contract.checkSchema(pointer, value).length === 0
  const type = (c.req.header('content-type') ?? '').split(';')[0]
  const form = (pointer: string, value: object) => Object.keys(value).length > 0 && isOk(pointer, value)
  switch (operationId) {
    case 'issueToken': {
      if (type !== 'application/x-www-form-urlencoded') return false
      const { lifetime, audience, ...others } = await c.req.parseBody({ all: true })
      return form('/components/schemas/TokenRequest', {
        ...others,
        ...(lifetime !== undefined && { lifetime: Number(lifetime) }),
        ...(audience !== undefined && { audience: [audience].flat() }),
      })
    }
    case 'uploadPicture': {
      if (type !== 'multipart/form-data') return false
      const { file, label } = await c.req.parseBody().catch(() => ({ file: undefined, label: undefined }))
      const hasId = isOk('/components/parameters/memberId/schema', c.req.path.split('/')[2])
      const isPicture = file instanceof File && ['image/png', 'image/jpeg'].includes(file.type)
      return hasId && isPicture && typeof label === 'string' && label.length >= 2
    }
    case 'getMember': {
      const parameters = '/paths/~1members~1{memberId}/get/parameters'
      const { fields, 'page[size]': size } = c.req.query()
      return (
        isOk('/components/parameters/memberId/schema', c.req.path.split('/')[2]) &&
        isOk(`${parameters}/1/schema`, fields?.split(',')) &&
        isOk(`${parameters}/2/schema`, { size })
      )
    }
    default:
      if (type !== 'application/json') return false
      return isOk('/components/schemas/Member', await c.req.json().catch(() => undefined))
  }
}
