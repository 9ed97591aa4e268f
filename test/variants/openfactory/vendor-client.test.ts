import { describe, expect, it } from 'vitest'
import { createMock } from '../../../src/hub/create-mock.ts'
import { openSandbox } from '../../support/sandbox.ts'
import { ids, keys, paths } from './support.ts'

type Fetch = (request: Request) => Response | Promise<Response>

const origin = 'http://localhost:4000'
const ada = { email: 'ada@example.org', password: 'correct-horse-9' }

/** Sends requests as the vendor's web client does: JSON, and the token of its local storage as Bearer. */
function createWebClient(send: Fetch) {
  let token: string | undefined
  return {
    keep: (sent: string) => {
      token = sent
    },
    async ask(method: string, path: string, body?: object) {
      const response = await send(
        new Request(origin + path, {
          method,
          headers: {
            'Content-Type': 'application/json',
            ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          },
          ...(body && { body: JSON.stringify(body) }),
        }),
      )
      const text = await response.text()
      return { status: response.status, body: text ? JSON.parse(text) : undefined }
    },
  }
}

const servers: { name: string; open: () => Promise<Fetch> }[] = [
  {
    name: 'the sandbox',
    open: async () => {
      const sandbox = await openSandbox('openfactory', { publicUrl: origin })
      return (request) => sandbox.fetch(request, { ip: '192.0.2.1' })
    },
  },
  { name: 'the mock', open: async () => (await createMock('openfactory', { log: () => {} })).fetch },
]

describe.each(servers)('the vendor’s clients with $name', ({ open }) => {
  it('serves the web client from sign-up to sign-out', async () => {
    const client = createWebClient(await open())
    const newcomer = { ...ada, email: 'grace@example.org', name: 'Grace', organizationName: 'Compilers' }
    const signedUp = await client.ask('POST', '/api/auth/signup', newcomer)
    expect([signedUp.status, signedUp.body.session.token]).toEqual([201, expect.any(String)])
    const { status, body } = await client.ask('POST', '/api/auth/signin', ada)
    expect([status, body.session.token]).toEqual([200, expect.any(String)])
    client.keep(body.session.token)
    const session = await client.ask('GET', '/api/auth/session')
    expect([session.status, session.body.user.email]).toEqual([200, ada.email])
    expect((await client.ask('POST', '/api/auth/signout')).status).toBe(204)
  })

  it('accepts a change of a work order without a status', async () => {
    const client = createWebClient(await open())
    client.keep((await client.ask('POST', '/api/auth/signin', ada)).body.session.token)
    const path = `${paths.workOrders}/${ids.carryMechanism}`
    for (const change of [{}, { title: 'Another title', assigneeIds: [ids.charles] }]) {
      const { status, body } = await client.ask('PATCH', path, change)
      expect([status, body]).toMatchObject([200, { title: 'Carry mechanism' }])
    }
  })

  it('serves the tools of the MCP server, which have an API key', async () => {
    const client = createWebClient(await open())
    client.keep(keys.pipeline)
    const listed = await client.ask('GET', `${paths.workOrders}?status=ready,in_progress`)
    expect([listed.status, listed.body.workOrders]).toEqual([200, expect.any(Array)])
    const path = `${paths.workOrders}/${ids.carryMechanism}`
    const moved = await client.ask('PATCH', path, { status: 'in_progress' })
    expect([moved.status, moved.body.status]).toEqual([200, 'in_progress'])
  })
})

it('checks the credential of a change without a status, and changes nothing', async () => {
  const sandbox = await openSandbox('openfactory', { publicUrl: origin })
  const client = createWebClient((request) => sandbox.fetch(request, { ip: '192.0.2.1' }))
  const path = `${paths.workOrders}/${ids.carryMechanism}`
  expect((await client.ask('PATCH', path, {})).status).toBe(401)
  client.keep(keys.widget)
  expect((await client.ask('PATCH', path, {})).status).toBe(403)
  client.keep(keys.pipeline)
  const { status, body } = await client.ask('PATCH', path, {})
  expect([status, body]).toMatchObject([200, { status: 'ready', updatedAt: '2026-01-12T10:00:00.000Z' }])
  expect((await client.ask('PATCH', `${paths.workOrders}/${ids.unknown}`, {})).status).toBe(404)
})
