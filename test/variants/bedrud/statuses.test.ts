import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../../generated/index.ts'
import { createAuthenticator } from '../../../src/conformance/world/authenticator.ts'
import { loadOperations, type Operation } from '../../../src/mock/operation.ts'
import { findEndpoint } from '../../../src/openapi/operations.ts'
import { resolveRef } from '../../../src/openapi/resolve-ref.ts'
import { requestNames } from '../../mock/requests.ts'
import { createResponseCheck } from '../../mock/schemas.ts'
import {
  type ApiResponse,
  ada,
  type Bedrud,
  cookieIn,
  invitation,
  john,
  lin,
  mary,
  type Options,
  openBedrud,
} from './support.ts'

const document = JSON.parse(await readFile(contractUrl('bedrud'), 'utf8'))
const findContractViolations = createResponseCheck(document)

/** An error example of the contract. Those with a request example are tested in test/server/cases. */
interface ErrorExample {
  operation: Operation
  id: string
  status: number
  name: string
  error: string
}

const operations = loadOperations(document)
const errorExamples: ErrorExample[] = operations.flatMap((operation) =>
  operation.responses.flatMap(({ code, contents }) =>
    contents
      .flatMap(({ examples }) => examples)
      .flatMap(({ name, value }) => {
        const { error } = value as { error?: string }
        return error === undefined || name === undefined
          ? []
          : [{ operation, id: operation.operationId, status: Number(code), name, error }]
      }),
  ),
)

type Trigger = (bedrud: Bedrud, send: Send, example: ErrorExample) => Promise<ApiResponse>
/** Calls the operation of the example. */
type Send = (options?: Options, body?: unknown) => Promise<ApiResponse>

const sam = { email: 'sam@example.com', name: 'Sam Okafor' }
const fault: Trigger = async ({ control }, send, { id, status, name }) => {
  await control('faults', { operationId: id, status, example: name, times: 1 })
  return send()
}

/** Signs Mary in, acts, and calls the operation with her token. */
const asMary =
  (act: (bedrud: Bedrud) => Promise<unknown>): Trigger =>
  async (bedrud, send) => {
    const bearer = (await bedrud.signIn(mary)).accessToken
    await act(bedrud)
    return send({ bearer })
  }

/** Gets a refresh token of Mary, acts, and refreshes with it. */
const withOldToken =
  (
    act: (bedrud: Bedrud, tokens: { accessToken: string; refreshToken: string }) => Promise<unknown>,
  ): Trigger =>
  async (bedrud) => {
    const tokens = await bedrud.signIn(mary)
    await act(bedrud, tokens)
    return bedrud.refresh(tokens.refreshToken)
  }

/** Starts a passkey sign-up, acts, and finishes it. */
const signingUp =
  (act: (bedrud: Bedrud) => Promise<unknown>, inviteToken: string | null = null): Trigger =>
  async (bedrud, send) => {
    const begun = await bedrud.post('/passkey/signup/begin', { ...sam, inviteToken })
    await act(bedrud)
    const attestation = await createAuthenticator().create(begun.body)
    return send({ cookie: cookieIn(begun) }, attestation)
  }

const set =
  (settings: object) =>
  ({ settings: update }: Bedrud) =>
    update(settings)
const after =
  (act: (bedrud: Bedrud) => Promise<unknown>, body?: unknown): Trigger =>
  async (bedrud, send) => {
    await act(bedrud)
    return send({}, body)
  }
const expireChallenge = ({ advance }: Bedrud) => advance(301)

/** How to trigger each error, by operation and example, or by example if it is the same everywhere. */
const triggers: Record<string, Trigger> = {
  malformedJson: (bedrud, send) => withToken(bedrud, send, '{'),
  wrongMediaType: (bedrud, send) =>
    withToken(bedrud, send, 'name=Guest', { 'content-type': 'application/x-www-form-urlencoded' }),
  tooLarge: (bedrud, send, { operation }) =>
    operation.method === 'get'
      ? withToken(bedrud, send, undefined, { 'content-length': '65537' })
      : withToken(bedrud, send, `"${'x'.repeat(65_536)}"`),
  rateLimited: async ({ settings }, send, { id }) => {
    await settings({ limits: { [id]: { max: 0, windowSeconds: 60 } } })
    return send()
  },
  internalError: fault,
  unavailable: fault,
  missingToken: (_, send) => send(),
  invalidToken: (_, send) => send({ bearer: 'not-a-token' }),
  expiredToken: asMary(({ advance }) => advance(3601)),
  userDeleted: asMary(set({ users: [{ user: mary.id, status: 'deleted' }] })),
  deactivated: asMary(set({ users: [{ user: mary.id, status: 'disabled' }] })),
  cookieOnly: async ({ post }, send) =>
    send({ cookie: cookieIn(await post('/login', mary), 'access_token') }),
  guest: async ({ guest }, send) =>
    send({ bearer: (await guest()).accessToken }, { clientDataJSON: 'e30', attestationObject: 'oA' }),
  passkeysDisabled: after(set({ passkeys: false })),

  'signUp commonPassword': after(set({ passwords: { refuseCommon: true } }), {
    ...john,
    password: 'password123',
  }),
  'signUp registrationDisabled': after(set({ registration: 'closed' }), john),
  'signUp inviteRequired': after(set({ registration: 'inviteOnly' }), john),
  'signUp inviteInvalid': after(set({ registration: 'inviteOnly' }), { ...john, inviteToken: 'inv_wrong' }),
  'signUp shortPassword': after(async () => {}, { ...john, password: '7 chars' }),
  'signUp longPassword': after(async () => {}, { ...john, password: 'p'.repeat(129) }),
  'signInAsGuest registrationDisabled': after(set({ registration: 'closed' }), { name: 'Guest' }),
  'signInAsGuest guestsDisabled': after(set({ guests: false }), { name: 'Guest' }),

  'refreshTokens malformedJson': (_, send) => send({}, '{'),
  'refreshTokens expiredToken': withOldToken(({ advance }) => advance(604_801)),
  'refreshTokens rotatedToken': withOldToken(({ refresh }, { refreshToken }) => refresh(refreshToken)),
  'refreshTokens supersededToken': withOldToken(({ signIn }) => signIn(mary)),
  'refreshTokens signedOut': withOldToken(({ post }, { accessToken: bearer }) =>
    post('/logout', undefined, { bearer }),
  ),
  'refreshTokens userDeleted': withOldToken(set({ users: [{ user: mary.id, status: 'deleted' }] })),
  'refreshTokens deactivated': withOldToken(set({ users: [{ user: mary.id, status: 'disabled' }] })),

  'startOAuth providerFailed': fault,
  'finishOAuth declined': async ({ startOAuth, decideAtProvider, callback }) => {
    const { location, cookie } = await startOAuth()
    return callback(await decideAtProvider(location, { decision: 'deny' }), cookie)
  },
  'finishOAuth missingSession': async ({ startOAuth, decideAtProvider, callback }) =>
    callback(
      await decideAtProvider((await startOAuth()).location, { decision: 'approve', account: lin.email }),
    ),
  'finishOAuth missingEmail': ({ signInWithProvider }) => signInWithProvider('900000103'),
  'finishOAuth registrationDisabled': async ({ signInWithProvider, settings }) => {
    await settings({ registration: 'closed' })
    return signInWithProvider('robin.reed@example.com')
  },
  'finishOAuth inviteRequired': async ({ signInWithProvider, settings }) => {
    await settings({ registration: 'inviteOnly' })
    return signInWithProvider('robin.reed@example.com')
  },
  'finishOAuth deactivated': async ({ signInWithProvider, settings }) => {
    await settings({ users: [{ user: lin.id, status: 'disabled' }] })
    return signInWithProvider(lin.email)
  },
  'finishOAuth emailTaken': ({ signInWithProvider }) => signInWithProvider(mary.email),
  'finishOAuth providerFailed': async ({ startOAuth, decideAtProvider, callback, settings }) => {
    const { location, cookie } = await startOAuth()
    const back = await decideAtProvider(location, { decision: 'approve', account: lin.email })
    await settings({ providers: { google: 'failing' } })
    return callback(back, cookie)
  },

  'startPasskeyRegistration passkeysDisabled': asMary(set({ passkeys: false })),
  'finishPasskeyRegistration passkeysDisabled': asMary(set({ passkeys: false })),
  'finishPasskeyRegistration expiredChallenge': async (bedrud, send) => {
    const bearer = (await bedrud.signIn(mary)).accessToken
    const { body } = await bedrud.post('/passkey/register/begin', undefined, { bearer })
    await expireChallenge(bedrud)
    return send({ bearer }, await createAuthenticator().create(body))
  },
  'finishPasskeyRegistration passkeyTaken': async (bedrud, send) => {
    const device = createAuthenticator()
    const bearer = (await bedrud.signIn(mary)).accessToken
    const begin = async () => (await bedrud.post('/passkey/register/begin', undefined, { bearer })).body
    await send({ bearer }, await device.create(await begin()))
    const { credentialId } = device
    return send({ bearer }, await device.create(await begin(), { credentialId }))
  },
  'finishPasskeySignIn expiredChallenge': async (bedrud, send) => {
    const bearer = (await bedrud.signIn(ada)).accessToken
    const device = createAuthenticator()
    const { body } = await bedrud.post('/passkey/register/begin', undefined, { bearer })
    await bedrud.post('/passkey/register/finish', await device.create(body), { bearer })
    const begun = await bedrud.post('/passkey/login/begin')
    await expireChallenge(bedrud)
    return send({ cookie: cookieIn(begun) }, await device.get(begun.body))
  },
  'startPasskeySignUp registrationDisabled': after(set({ registration: 'closed' }), sam),
  'startPasskeySignUp inviteRequired': after(set({ registration: 'inviteOnly' }), sam),
  'startPasskeySignUp inviteInvalid': after(set({ registration: 'inviteOnly' }), {
    ...sam,
    inviteToken: 'inv_wrong',
  }),
  'finishPasskeySignUp expiredChallenge': signingUp(expireChallenge),
  'finishPasskeySignUp registrationDisabled': signingUp(set({ registration: 'closed' })),
  'finishPasskeySignUp inviteRequired': signingUp(set({ registration: 'inviteOnly' })),
  'finishPasskeySignUp inviteInvalid': signingUp(async ({ settings, signUp }) => {
    await settings({ registration: 'inviteOnly' })
    await signUp({ ...john, inviteToken: invitation })
  }, invitation),
  'finishPasskeySignUp emailTaken': signingUp(({ signUp }) => signUp({ ...john, email: sam.email })),
}

/** Sends an access token, which protected operations check first and others ignore. */
async function withToken({ signIn }: Bedrud, send: Send, body?: string, headers = {}): Promise<ApiResponse> {
  return send({ bearer: (await signIn(mary)).accessToken, headers }, body)
}

const uncovered = errorExamples.filter(
  ({ operation, name, id }) => !requestNames(operation).includes(name) || `${id} ${name}` in triggers,
)

describe('error examples without a request example', () => {
  it.each(uncovered)('returns the example $name with $status from $id', async (example) => {
    const { operation, id, status, name, error } = example
    const bedrud = await openBedrud()
    const path = operation.path.replace('/api/auth', '').replace('{provider}', 'google')
    const method = operation.method.toUpperCase()
    const send: Send = (options, body) => bedrud.request(method, path, body, options)
    const trigger = triggers[`${id} ${name}`] ?? triggers[name]
    if (!trigger) throw new Error(`No trigger for ${id} ${status} ${name}`)
    const response = await trigger(bedrud, send, example)
    expect([response.status, response.body]).toEqual([status, { error }])
    expect(
      findContractViolations(operation.path, operation.method, status, JSON.stringify(response.body)),
    ).toEqual([])
    const declared = operation.responses.find(({ code }) => code === String(status))?.headers ?? []
    const missing = declared.filter((header) => header.required && !response.headers.has(header.name))
    expect(missing.map(({ name }) => name)).toEqual([])
    expect(bedrud.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('uses every trigger that this test defines', () => {
    const used = uncovered.flatMap(({ id, name }) => [`${id} ${name}`, name])
    expect(Object.keys(triggers).filter((key) => !used.includes(key))).toEqual([])
  })
})

describe('the documentation of errors', () => {
  it.each(operations)(
    'names the error texts of $operationId in its response descriptions',
    ({ operationId }) => {
      const responses = Object.entries(findEndpoint(document, operationId)?.operation.responses ?? {})
      const documented = responses
        .filter(([code]) => Number(code) >= 400)
        .map(([code, node]) => [code, new Set(codeSpans(resolveRef(document, node).description ?? ''))])
      const returned = [
        ...Map.groupBy(
          errorExamples.filter(({ id }) => id === operationId),
          ({ status }) => status,
        ),
      ].map(([status, examples]) => [String(status), new Set(examples.map(({ error }) => error))])
      expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(returned))
    },
  )

  it('lists each error text and status in the table of the contract', () => {
    const rows = document.info.description.split('\n').flatMap((line: string) => {
      const [, texts = '', status = ''] = line.split(' | ').flatMap((cell) => cell.split(/^\| /))
      return /^\d{3}$/.test(status) ? codeSpans(texts).map((text) => `${status} ${text}`) : []
    })
    const returned = new Set(errorExamples.map(({ status, error }) => `${status} ${error}`))
    expect(rows.sort()).toEqual([...returned].sort())
  })

  it('lists each status and text with its operations in the README of the development controls', async () => {
    const readme = await readFile(new URL('../../../openapi/_dev/README.md', import.meta.url), 'utf8')
    const section = /\n### bedrud\n([\s\S]*?)\n### /.exec(readme)?.[1] ?? ''
    const rows = section.split('\n').flatMap((line) => {
      const [, status, text, operationNames = ''] = line.split('|').map((cell) => cell.trim())
      return /^\d{3}$/.test(status ?? '')
        ? [{ key: `${status} ${text?.replaceAll('`', '')}`, operationNames }]
        : []
    })
    const inContract = Map.groupBy(errorExamples, ({ status, error }) => `${status} ${error}`)
    const redirects = ['302 none', '307 none']
    expect(rows.map(({ key }) => key).sort()).toEqual([...inContract.keys(), ...redirects].sort())
    const named = rows.filter(
      ({ operationNames }) => operationNames !== '' && !/^all (?!with a Bearer)|^all$/.test(operationNames),
    )
    for (const { key, operationNames } of named.filter(({ key }) => !redirects.includes(key))) {
      const ids = [...new Set((inContract.get(key) ?? []).map(({ id }) => id))].sort()
      expect([key, expand(operationNames)]).toEqual([key, ids])
    }
  })
})

/** @returns the texts in backticks */
function codeSpans(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)
}

const expand = (operationNames: string): string[] =>
  [
    ...new Set(
      operationNames
        .split(', ')
        .flatMap((name) =>
          name === 'all with a Bearer'
            ? operations
                .filter(({ security = [] }) => security.length > 0)
                .map(({ operationId }) => operationId)
            : [name],
        ),
    ),
  ].sort()
