import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../../generated/index.ts'
import { examplesOf, loadOperations, type Operation } from '../../../src/mock/prism.ts'
import { requestNames } from '../../mock/requests.ts'
import { createAnswerCheck } from '../../mock/schemas.ts'
import { createAuthenticator } from '../../support/authenticator.ts'
import {
  ada,
  type Bedrud,
  cookieIn,
  invitation,
  john,
  lin,
  mary,
  type Options,
  openBedrud,
  type Said,
} from './support.ts'

const document = JSON.parse(await readFile(contractUrl('bedrud'), 'utf8'))
const check = createAnswerCheck(document)

/** An answer that the contract shows and that no example of a request leads to: those go through test/server/cases. */
interface Shown {
  operation: Operation
  id: string
  status: number
  name: string
  error: string
}

const operations = await loadOperations(document)
const shown: Shown[] = operations.flatMap((operation) =>
  operation.responses.flatMap(({ code, contents = [] }) =>
    contents.flatMap(examplesOf).flatMap(({ key: name, value }) => {
      const { error } = value as { error?: string }
      return error === undefined
        ? []
        : [{ operation, id: String(operation.iid), status: Number(code), name, error }]
    }),
  ),
)

type Way = (bedrud: Bedrud, send: Send, about: Shown) => Promise<Said>
/** Sends a call of the operation in question. */
type Send = (options?: Options, body?: unknown) => Promise<Said>

const sam = { email: 'sam@example.com', name: 'Sam Okafor' }
const fault: Way = async ({ control }, send, { id, status, name }) => {
  await control('faults', { operationId: id, status, example: name, times: 1 })
  return send()
}

/** Signs Mary in, lets something happen, and calls with her token. */
const asMary =
  (happens: (bedrud: Bedrud) => Promise<unknown>): Way =>
  async (bedrud, send) => {
    const bearer = (await bedrud.signIn(mary)).accessToken
    await happens(bedrud)
    return send({ bearer })
  }

/** Gets a refresh token of Mary, lets something happen to it, and tries it. */
const withOldToken =
  (
    happens: (bedrud: Bedrud, tokens: { accessToken: string; refreshToken: string }) => Promise<unknown>,
  ): Way =>
  async (bedrud) => {
    const tokens = await bedrud.signIn(mary)
    await happens(bedrud, tokens)
    return bedrud.refresh(tokens.refreshToken)
  }

/** Does the first step of a sign-up by passkey, lets something happen, and finishes. */
const signingUp =
  (happens: (bedrud: Bedrud) => Promise<unknown>, inviteToken: string | null = null): Way =>
  async (bedrud, send) => {
    const begun = await bedrud.post('/passkey/signup/begin', { ...sam, inviteToken })
    await happens(bedrud)
    const attestation = await createAuthenticator().create(begun.body)
    return send({ cookie: cookieIn(begun) }, attestation)
  }

const set =
  (settings: object) =>
  ({ settings: update }: Bedrud) =>
    update(settings)
const after =
  (happens: (bedrud: Bedrud) => Promise<unknown>, body?: unknown): Way =>
  async (bedrud, send) => {
    await happens(bedrud)
    return send({}, body)
  }
const late = ({ advance }: Bedrud) => advance(301)

/** How to bring an answer about: by operation and example, or by the example alone where it is the same everywhere. */
const ways: Record<string, Way> = {
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

  'signUp commonPassword': after(async () => {}, { ...john, password: 'password123' }),
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
  'finishOAuth declined': async ({ startOAuth, decide, comeBack }) => {
    const { location, cookie } = await startOAuth()
    return comeBack(await decide(location, { decision: 'deny' }), cookie)
  },
  'finishOAuth missingSession': async ({ startOAuth, decide, comeBack }) =>
    comeBack(await decide((await startOAuth()).location, { decision: 'approve', account: lin.email })),
  'finishOAuth missingEmail': ({ arrive }) => arrive('900000103'),
  'finishOAuth registrationDisabled': async ({ arrive, settings }) => {
    await settings({ registration: 'closed' })
    return arrive('robin.reed@example.com')
  },
  'finishOAuth inviteRequired': async ({ arrive, settings }) => {
    await settings({ registration: 'inviteOnly' })
    return arrive('robin.reed@example.com')
  },
  'finishOAuth deactivated': async ({ arrive, settings }) => {
    await settings({ users: [{ user: lin.id, status: 'disabled' }] })
    return arrive(lin.email)
  },
  'finishOAuth emailTaken': ({ arrive }) => arrive(mary.email),
  'finishOAuth providerFailed': async ({ startOAuth, decide, comeBack, settings }) => {
    const { location, cookie } = await startOAuth()
    const back = await decide(location, { decision: 'approve', account: lin.email })
    await settings({ providers: { google: 'failing' } })
    return comeBack(back, cookie)
  },

  'startPasskeyRegistration passkeysDisabled': asMary(set({ passkeys: false })),
  'finishPasskeyRegistration passkeysDisabled': asMary(set({ passkeys: false })),
  'finishPasskeyRegistration expiredChallenge': async (bedrud, send) => {
    const bearer = (await bedrud.signIn(mary)).accessToken
    const { body } = await bedrud.post('/passkey/register/begin', undefined, { bearer })
    await late(bedrud)
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
    await late(bedrud)
    return send({ cookie: cookieIn(begun) }, await device.get(begun.body))
  },
  'startPasskeySignUp registrationDisabled': after(set({ registration: 'closed' }), sam),
  'startPasskeySignUp inviteRequired': after(set({ registration: 'inviteOnly' }), sam),
  'startPasskeySignUp inviteInvalid': after(set({ registration: 'inviteOnly' }), {
    ...sam,
    inviteToken: 'inv_wrong',
  }),
  'finishPasskeySignUp expiredChallenge': signingUp(late),
  'finishPasskeySignUp registrationDisabled': signingUp(set({ registration: 'closed' })),
  'finishPasskeySignUp inviteRequired': signingUp(set({ registration: 'inviteOnly' })),
  'finishPasskeySignUp inviteInvalid': signingUp(async ({ settings, signUp }) => {
    await settings({ registration: 'inviteOnly' })
    await signUp({ ...john, inviteToken: invitation })
  }, invitation),
  'finishPasskeySignUp emailTaken': signingUp(({ signUp }) => signUp({ ...john, email: sam.email })),
}

/** Protected operations look at credentials first; the others do not mind any. */
async function withToken({ signIn }: Bedrud, send: Send, body?: string, headers = {}): Promise<Said> {
  return send({ bearer: (await signIn(mary)).accessToken, headers }, body)
}

const unasked = shown.filter(
  ({ operation, name, id }) => !requestNames(operation).includes(name) || `${id} ${name}` in ways,
)

describe('every refusal that the contract shows, and that no example of a request leads to', () => {
  it.each(unasked)('$id: $status $name', async (about) => {
    const { operation, id, status, name, error } = about
    const bedrud = await openBedrud()
    const path = operation.path.replace('/api/auth', '').replace('{provider}', 'google')
    const method = operation.method.toUpperCase()
    const send: Send = (options, body) => bedrud.ask(method, path, body, options)
    const way = ways[`${id} ${name}`] ?? ways[name]
    if (!way) throw new Error(`No way to ${id} ${status} ${name}`)
    const answer = await way(bedrud, send, about)
    expect([answer.status, answer.body]).toEqual([status, { error }])
    expect(check(operation.path, operation.method, status, JSON.stringify(answer.body))).toEqual([])
    const promised = operation.responses.find(({ code }) => code === String(status))?.headers ?? []
    const missing = promised.filter((header) => header.required && !answer.headers.has(header.name))
    expect(missing.map(({ name }) => name)).toEqual([])
    expect(bedrud.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('has no way too many', () => {
    const used = unasked.flatMap(({ id, name }) => [`${id} ${name}`, name])
    expect(Object.keys(ways).filter((key) => !used.includes(key))).toEqual([])
  })
})

describe('the table of the development controls', () => {
  it('lists each status and text of the contract, with its operations', async () => {
    const readme = await readFile(new URL('../../../openapi/_dev/README.md', import.meta.url), 'utf8')
    const section = /\n### bedrud\n([\s\S]*?)\n### /.exec(readme)?.[1] ?? ''
    const rows = section.split('\n').flatMap((line) => {
      const [, status, text, who = ''] = line.split('|').map((cell) => cell.trim())
      return /^\d{3}$/.test(status ?? '') ? [{ key: `${status} ${text?.replaceAll('`', '')}`, who }] : []
    })
    const inContract = Map.groupBy(shown, ({ status, error }) => `${status} ${error}`)
    const redirects = ['302 none', '307 none']
    expect(rows.map(({ key }) => key).sort()).toEqual([...inContract.keys(), ...redirects].sort())
    const named = rows.filter(({ who }) => who !== '' && !/^all (?!with a Bearer)|^all$/.test(who))
    for (const { key, who } of named.filter(({ key }) => !redirects.includes(key))) {
      const ids = [...new Set((inContract.get(key) ?? []).map(({ id }) => id))].sort()
      expect([key, expand(who)]).toEqual([key, ids])
    }
  })
})

const expand = (who: string): string[] =>
  [
    ...new Set(
      who
        .split(', ')
        .flatMap((name) =>
          name === 'all with a Bearer'
            ? operations.filter(({ security = [] }) => security.length > 0).map(({ iid }) => String(iid))
            : [name],
        ),
    ),
  ].sort()
