import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import { base64url } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { newUser } from '../../src/core/accounts.ts'
import {
  type Assertion,
  type Attestation,
  challengeRow,
  finishPasskeyRegistration,
  finishPasskeySignIn,
  finishPasskeySignUp,
} from '../../src/core/passkeys.ts'
import { insert } from '../../src/core/store.ts'
import { requestMeta, testCore } from './oauth.fixture.ts'

/** The examples of this contract are real: keys, challenges and signatures match. */
const contract = join(import.meta.dirname, '../../openapi/bedrud')
const readme = readFileSync(join(contract, 'README.md'), 'utf8')
const operation = (path: string) =>
  parse(readFileSync(join(contract, `paths/api_auth_passkey_${path}.yaml`), 'utf8')).post
const challengeOf = (path: string): string =>
  operation(path).responses['200'].content['application/json'].examples.ok.value.challenge
const requestsOf = (path: string): Record<string, { value: Record<string, unknown> }> =>
  operation(path).requestBody.content['application/json'].examples

const relyingParty = {
  rpId: 'localhost',
  rpName: 'Test',
  allowsOrigin: (origin: string) => origin === 'http://localhost:3000',
}
const realm = ''

/** Returns the cells of the row of the README whose first cell has this text. */
const row = (first: string) =>
  readme
    .split('\n')
    .find((line) => line.startsWith(`| ${first} |`))
    ?.split('|')
    .map((cell) => cell.trim().replaceAll('`', '')) ?? []

const person = (name: string) => {
  const [, , email = '', , id = ''] = row(name)
  return { id, email, name, realm }
}

/** Converts a P-256 key from SPKI, whose last 64 bytes are x and y, to COSE. */
const coseOf = (spki: string) => {
  const point = base64url.decode(spki).slice(-64)
  const key = new Map<number, number | Uint8Array>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, point.slice(0, 32)],
    [-3, point.slice(32)],
  ])
  return base64url.encode(isoCBOR.encode(key))
}

const passkey = (label: string, userId: string) => {
  const [, , credentialId = '', counter = '', spki = ''] = row(label)
  return {
    credentialId,
    userId,
    publicKey: coseOf(spki),
    counter: Number(counter),
    name: 'Passkey',
    createdAt: 0,
  }
}

/** Converts the three documented forms of a request body to the input of the core. */
const toInput = ({ response, id, clientDataJson, ...rest }: Record<string, unknown>) =>
  ({
    ...rest,
    ...(clientDataJson !== undefined && { clientDataJSON: clientDataJson }),
    ...(response as object | undefined),
    ...(id !== undefined && { credentialId: id }),
  }) as unknown as Attestation & Assertion

describe('the passkey examples of the contract', () => {
  let fixture: ReturnType<typeof testCore>
  const [ada, erin, mary] = ['Ada Byron', 'Erin Stone', 'Mary Major'].map(person)

  beforeEach(async () => {
    if (!ada || !erin || !mary) throw new Error('The README no longer lists the users of the examples')
    fixture = testCore()
    const { core } = fixture
    await core.store.write([
      insert('users', newUser(core, ada)),
      insert('users', newUser(core, { ...erin, status: 'disabled' })),
      insert('users', newUser(core, mary)),
      insert('passkeys', passkey('Ada', ada.id)),
      insert('passkeys', passkey('Ada, cloned', ada.id)),
      insert('passkeys', passkey('Erin', erin.id)),
      insert(
        'oneTimeTokens',
        challengeRow(core, challengeOf('register_begin'), {
          ceremony: 'passkeyRegistration',
          realm,
          userId: mary.id,
        }),
      ),
      insert(
        'oneTimeTokens',
        challengeRow(core, challengeOf('login_begin'), {
          ceremony: 'passkeySignIn',
          realm,
          data: { allowed: [] },
        }),
      ),
      insert(
        'oneTimeTokens',
        challengeRow(core, challengeOf('signup_begin'), {
          ceremony: 'passkeySignUp',
          realm,
          data: { pendingUser: person('Sam Okafor'), context: {} },
        }),
      ),
    ])
  })

  const outcomeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'ok',
      (error) => error.code ?? error,
    )

  it.each(Object.entries(requestsOf('login_finish')))(
    'returns the documented result of the sign-in example %s',
    async (name, { value }) => {
      const { core } = fixture
      const attempt = finishPasskeySignIn(core, relyingParty, {
        realm,
        browserNonce: null,
        assertion: toInput(value),
        requestMeta,
      })
      const codes: Record<string, string> = {
        unknownChallenge: 'passkeyChallengeNotFound',
        unknownPasskey: 'passkeyNotFound',
        wrongSignature: 'passkeyRefused',
        clonedPasskey: 'passkeyCloned',
        deactivated: 'userDisabled',
      }
      expect(await outcomeOf(attempt)).toBe(codes[name] ?? 'ok')
      if (!(name in codes)) expect((await attempt).user.id).toBe(ada?.id)
    },
  )

  const codes: Record<string, string> = {
    otherSite: 'passkeyRefused',
    passkeyTaken: 'passkeyTaken',
    unknownChallenge: 'passkeyChallengeNotFound',
  }

  it.each(Object.entries(requestsOf('register_finish')))(
    'returns the documented result of the registration example %s',
    async (name, { value }) => {
      const { core } = fixture
      const user = await core.store.find('users', { id: mary?.id ?? '' })
      if (!user) throw new Error('Mary is missing')
      const attempt = finishPasskeyRegistration(core, relyingParty, {
        user,
        attestation: toInput(value),
        authority: [],
        requestMeta,
      })
      expect(await outcomeOf(attempt)).toBe(codes[name] ?? 'ok')
    },
  )

  it.each(Object.entries(requestsOf('signup_finish')))(
    'returns the documented result of the sign-up example %s',
    async (name, { value }) => {
      const { core } = fixture
      const attempt = finishPasskeySignUp(core, relyingParty, {
        realm,
        browserNonce: null,
        attestation: toInput(value),
        requestMeta,
      })
      expect(await outcomeOf(attempt)).toBe(codes[name] ?? 'ok')
      if (!(name in codes)) expect((await attempt).user).toMatchObject(person('Sam Okafor'))
    },
  )
})
