import { HttpResponse, http } from 'msw'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createBedrudClient } from '../../src/client/index.ts'
import { createHandlers } from '../../src/msw/index.ts'
import { loadDocument } from '../../src/server/document.ts'
import { createSchemaValidator } from '../support/schema-validator.ts'
import { servedAdapters } from '../support/served.ts'
import { baseUrl, listen, mock } from './mocked.ts'

const toJson = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const apiKey = `pk_${'0123456789abcdef'.repeat(4)}`

describe('requests', () => {
  it('leaves unknown paths and other hosts to other handlers', async () => {
    const { handlers } = await createHandlers('bedrud', { baseUrl })
    listen(
      ...handlers,
      http.get(`${baseUrl}/rooms`, () => HttpResponse.json(['lobby'])),
    )
    expect(await (await fetch(`${baseUrl}/rooms`)).json()).toEqual(['lobby'])
    // MSW also logs the error.
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const url of [`${baseUrl}/unknown`, 'https://other.example.com/api/auth/me'])
      await expect(fetch(url)).rejects.toThrow()
  })

  it.each(servedAdapters())(
    'rejects invalid requests in the words of the contract of $name',
    async (adapter) => {
      const { name, statuses } = adapter
      await mock(name)
      const validate = createSchemaValidator(await loadDocument(name))
      const {
        path,
        body,
        headers: own,
      } = adapter.signIn({ email: 'kim@example.com', password: 'wrong-password' })
      const headers = { ...toJson({}).headers, ...own }
      const url = `${baseUrl}${path}`
      const responses = [
        await fetch(url, { ...toJson(body as object), headers }),
        await fetch(url, { method: 'POST', headers, body: '{' }),
        await fetch(url),
      ]
      expect(responses.map(({ status }) => status)).toEqual([401, statuses.malformed, 405])
      for (const response of responses)
        expect(
          validate({ $ref: '#/components/schemas/ErrorResponse' }, await response.json()),
        ).toBeUndefined()
    },
  )

  it('reads cookies, which expire at the time of the sandbox', async () => {
    const auth = await mock('bedrud')
    const { tokens } = await auth.signIn()
    const headers = { cookie: `access_token=${tokens.accessToken}` }
    const me = () => fetch(`${baseUrl}/api/auth/me`, { headers })
    expect((await me()).status).toBe(200)
    await auth.clock.advance('2h')
    expect((await me()).status).toBe(401)
  })

  it('receives and serves uploads, also those of a snapshot', async () => {
    const auth = await mock('bkend')
    const { headers } = await auth.signIn()
    const { id } = await (await fetch(`${baseUrl}/v1/auth/me`, { headers })).json()
    const path = `${baseUrl}/v1/users/${id}/avatar`
    const upload = { filename: 'me.png', contentType: 'image/png' }
    const { url, key } = await (
      await fetch(`${path}/upload-url`, { ...toJson(upload), headers: { ...toJson({}).headers, ...headers } })
    ).json()
    const body = Uint8Array.from('\x89PNG\r\n\x1a\n', (character) => character.charCodeAt(0))
    const put = () => fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body })
    expect([(await put()).status, (await put()).status]).toEqual([200, 409])
    const patch = { ...toJson({ s3Key: key }), method: 'PATCH' }
    const { image } = await (
      await fetch(path, { ...patch, headers: { ...patch.headers, ...headers } })
    ).json()
    const download = async () => new Uint8Array(await (await fetch(image)).arrayBuffer())
    expect(await download()).toEqual(body)
    await auth.snapshot('uploaded')
    await auth.reset()
    expect((await fetch(image)).status).toBe(404)
    await auth.restore('uploaded')
    expect(await download()).toEqual(body)
  })
})

describe('helpers', () => {
  it('signs in as a seeded user', async () => {
    const auth = await mock('bkend')
    const { user, headers } = await auth.signIn('Mina')
    const response = await fetch(`${baseUrl}/v1/auth/me`, { headers })
    expect(await response.json()).toMatchObject({ email: user.email, name: user.name })
  })

  it('approves and denies a sign-in that the frontend has started', async () => {
    const auth = await mock('bedrud')
    const start = () =>
      fetch(`${baseUrl}/api/auth/google/login`, { redirect: 'manual', credentials: 'include' })
    const approved = await auth.oauth.approve(await start(), { account: 'robin.reed@example.com' })
    expect(approved.response?.status).toBe(200)
    expect(approved.tokens?.accessToken).toEqual(expect.any(String))
    expect((await auth.oauth.deny(await start())).response?.status).toBeGreaterThanOrEqual(400)
  })

  it('shows the consent page of a provider', async () => {
    await mock('openfactory')
    const page = await fetch(`${baseUrl}/api/auth/oauth/github?redirectTo=/`)
    expect(page.url).toMatch(/^https:\/\/api\.example\.com\/__oauth\/consents\//)
    expect(await page.text()).toContain('Sign in with GitHub')
  })

  it('makes a call fail with a response of the contract', async () => {
    const auth = await mock('openfactory')
    const signIn = () =>
      fetch(`${baseUrl}/api/auth/signin`, toJson({ email: 'a@example.com', password: 'x' }))
    await auth.fail('signIn', 503)
    const response = await signIn()
    expect([response.status, await response.json()]).toEqual([503, { error: expect.anything() }])
    expect((await signIn()).status).not.toBe(503)
    await expect(auth.fail('signIn', 418)).rejects.toThrow('does not declare the status 418')
  })

  it.each(['reset', 'truncate'] as const)('breaks the connection with %s', async (connection) => {
    const auth = await mock('openfactory')
    const signIn = () =>
      fetch(`${baseUrl}/api/auth/signin`, toJson({ email: 'a@example.com', password: 'x' }))
    await auth.fail('signIn', { connection })
    await expect(signIn().then((response) => response.json())).rejects.toThrow()
    expect((await signIn()).status).toBe(401)
  })

  it('restores the seeded users, the time and the inbox', async () => {
    const auth = await mock('bondmcp')
    const { user } = await auth.signIn()
    await auth.clock.advance('1d')
    await auth.reset()
    expect(await auth.inbox.list(user.email)).toEqual([])
    expect((await auth.clock.now()).getTime()).toBeLessThan(Date.now() + 60_000)
    await auth.signIn('Mary')
  })
})

describe('several sandboxes', () => {
  it('shares no users, tokens and time between two calls of createHandlers', async () => {
    const [one, other] = await Promise.all([
      createHandlers('bedrud', { baseUrl: 'https://one.example.com' }),
      createHandlers('bedrud', { baseUrl: 'https://other.example.com' }),
    ])
    listen(...one.handlers, ...other.handlers)
    const { headers } = await one.signIn({ email: 'dana@example.com' })
    await one.clock.advance('30m')
    expect((await other.clock.now()).getTime()).toBeLessThan(Date.now() + 60_000)
    const statuses = ['one', 'other'].map(
      async (host) => (await fetch(`https://${host}.example.com/api/auth/me`, { headers })).status,
    )
    expect(await Promise.all(statuses)).toEqual([200, 401])
  })

  it('serves several APIs at once', async () => {
    const [bedrud, bondmcp] = await Promise.all([
      createHandlers('bedrud', { baseUrl }),
      createHandlers('bondmcp', { baseUrl }),
    ])
    listen(...bedrud.handlers, ...bondmcp.handlers)
    const client = createBedrudClient({ baseUrl })
    await client.tokens.set((await bedrud.signIn()).tokens)
    expect((await client.GET('/api/auth/me')).response.status).toBe(200)
    const { headers } = await bondmcp.signIn('Mary')
    expect((await fetch(`${baseUrl}/mcp/auth/api-keys`, { headers })).status).toBe(200)
  })
})

describe('options', () => {
  it('sends mailed links and redirects to the frontend of the option webUrl', async () => {
    const auth = await mock('bkend', { webUrl: 'https://app.example.com' })
    const { user } = await auth.signIn()
    const headers = { ...toJson({}).headers, 'x-api-key': apiKey }
    await fetch(`${baseUrl}/v1/auth/password/reset/request`, { ...toJson({ email: user.email }), headers })
    const { links } = await auth.inbox.latest(user.email, { kind: 'resetPassword' })
    expect(links).toEqual([expect.stringMatching(/^https:\/\/app\.example\.com\//)])
  })

  it('applies the settings of the operator', async () => {
    await mock('bedrud', { operator: { limits: { signIn: { max: 2, windowSeconds: 60 } } } })
    const signIn = () => fetch(`${baseUrl}/api/auth/login`, toJson({ email: 'a@example.com', password: 'x' }))
    const statuses = [await signIn(), await signIn(), await signIn()].map(({ status }) => status)
    expect(statuses).toEqual([401, 401, 429])
  })

  it('rejects an unknown API, and a base URL that is not absolute', async () => {
    await expect(createHandlers('bedrut' as 'bedrud', { baseUrl })).rejects.toThrow(
      'Unknown API "bedrut". Did you mean "bedrud"?',
    )
    await expect(createHandlers('bedrud', { baseUrl: 'api.example.com' })).rejects.toThrow(
      'baseUrl: "api.example.com" is not the base URL of an API, such as https://api.example.com.',
    )
  })
})

describe('the storage of a page', () => {
  /** Creates a storage with one item, whatever its key is, in a page that can be left. */
  function createPage(item: string | null) {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const listeners: (() => Promise<void>)[] = []
    vi.stubGlobal('addEventListener', (_: string, listener: () => Promise<void>) => listeners.push(listener))
    onTestFinished(() => {
      vi.unstubAllGlobals()
      warn.mockRestore()
    })
    const storage = {
      getItem: () => item,
      setItem: (_: string, value: string) => {
        item = value
      },
      removeItem: () => {
        item = null
      },
    }
    return {
      storage,
      warn,
      leave: () => Promise.all(listeners.map((listener) => listener())),
      read: () => item,
    }
  }

  async function save(change: (saved: { rows: object[] }) => object = (saved) => saved): Promise<string> {
    const { storage, leave, read } = createPage(null)
    await createHandlers('bedrud', { baseUrl, storage })
    await leave()
    return JSON.stringify(change(JSON.parse(read() ?? '')))
  }

  it('is read when the page is opened again', async () => {
    const { storage, warn } = createPage(await save())
    await (await createHandlers('bedrud', { baseUrl, storage })).signIn()
    expect(warn).not.toHaveBeenCalled()
  })

  it.each([
    ['is no JSON', '{bad'],
    ['is null', 'null'],
    ['lacks parts', '{"secret":"c2VjcmV0"}'],
    [
      'has rows of an unknown table',
      () => save((saved) => ({ ...saved, rows: [{ table: 'nope', row: {} }] })),
    ],
    ['has rows without columns', () => save((saved) => ({ ...saved, rows: [{ table: 'users', row: {} }] }))],
    ['has rows twice', () => save((saved) => ({ ...saved, rows: [...saved.rows, ...saved.rows] }))],
    ['belongs to another sandbox', () => save((saved) => ({ ...saved, key: 'other' }))],
  ])('is cleared with a warning if what it has %s', async (_, item) => {
    const { storage, warn, read } = createPage(typeof item === 'string' ? item : await item())
    warn.mockClear()
    await (await createHandlers('bedrud', { baseUrl, storage })).signIn()
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('The sandbox starts with its initial data, because '),
      expect.any(Error),
    )
    expect(read()).toBeNull()
  })

  it('is kept if an option is invalid', async () => {
    const { storage, warn, read } = createPage(await save())
    const operator = { nope: true } as object
    await expect(createHandlers('bedrud', { baseUrl, storage, operator })).rejects.toThrow('nope')
    expect([read(), warn.mock.calls]).toEqual([expect.any(String), []])
  })

  it('causes a warning when it is full', async () => {
    const { storage, warn, leave } = createPage(null)
    const setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
    await createHandlers('bedrud', { baseUrl, storage: { ...storage, setItem } })
    await leave()
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      'The sandbox cannot be saved, so that a reload loses its latest changes.',
      expect.any(DOMException),
    )
  })
})
