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

/** The examples of this contract are real: keys, challenges and signatures fit together. */
const contract = join(import.meta.dirname, '../../openapi/bedrud')
const readme = readFileSync(join(contract, 'README.md'), 'utf8')
const operation = (path: string) =>
  parse(readFileSync(join(contract, `paths/api_auth_passkey_${path}.yaml`), 'utf8')).post
const challengeOf = (path: string): string =>
  operation(path).responses['200'].content['application/json'].examples.ok.value.challenge
const requestsOf = (path: string): Record<string, { value: Record<string, unknown> }> =>
  operation(path).requestBody.content['application/json'].examples

const site = {
  rpId: 'localhost',
  rpName: 'Test',
  allowsOrigin: (origin: string) => origin === 'http://localhost:3000',
}
const realm = ''

/** The rows of a table of the README, by their first cell. */
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

/** P-256: of the SPKI, the last 64 bytes are x and y. */
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

/** The three forms of a finishing body are one to the rules. */
const flat = ({ response, id, clientDataJson, ...rest }: Record<string, unknown>) =>
  ({
    ...rest,
    ...(clientDataJson !== undefined && { clientDataJSON: clientDataJson }),
    ...(response as object | undefined),
    ...(id !== undefined && { credentialId: id }),
  }) as unknown as Attestation & Assertion

describe('the passkey examples of the contract', () => {
  let world: ReturnType<typeof testCore>
  const [ada, erin, mary] = ['Ada Byron', 'Erin Stone', 'Mary Major'].map(person)

  beforeEach(async () => {
    if (!ada || !erin || !mary) throw new Error('The README has changed')
    world = testCore()
    const { core } = world
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

  const outcome = (promise: Promise<unknown>) =>
    promise.then(
      () => 'ok',
      (error) => error.code ?? error,
    )

  it.each(Object.entries(requestsOf('login_finish')))('of signing in: %s', async (name, { value }) => {
    const { core } = world
    const attempt = finishPasskeySignIn(core, site, {
      realm,
      browserNonce: null,
      assertion: flat(value),
      requestMeta,
    })
    const refusals: Record<string, string> = {
      unknownChallenge: 'passkeyChallengeNotFound',
      unknownPasskey: 'passkeyNotFound',
      wrongSignature: 'passkeyRefused',
      clonedPasskey: 'passkeyCloned',
      deactivated: 'userDisabled',
    }
    expect(await outcome(attempt)).toBe(refusals[name] ?? 'ok')
    if (!(name in refusals)) expect((await attempt).user.id).toBe(ada?.id)
  })

  const refusals: Record<string, string> = {
    otherSite: 'passkeyRefused',
    passkeyTaken: 'passkeyTaken',
    unknownChallenge: 'passkeyChallengeNotFound',
  }

  it.each(Object.entries(requestsOf('register_finish')))(
    'of adding a passkey: %s',
    async (name, { value }) => {
      const { core } = world
      const user = await core.store.find('users', { id: mary?.id ?? '' })
      if (!user) throw new Error('Mary is not there')
      const attempt = finishPasskeyRegistration(core, site, { user, attestation: flat(value), requestMeta })
      expect(await outcome(attempt)).toBe(refusals[name] ?? 'ok')
    },
  )

  it.each(Object.entries(requestsOf('signup_finish')))('of signing up: %s', async (name, { value }) => {
    const { core } = world
    const attempt = finishPasskeySignUp(core, site, {
      realm,
      browserNonce: null,
      attestation: flat(value),
      requestMeta,
    })
    expect(await outcome(attempt)).toBe(refusals[name] ?? 'ok')
    if (!(name in refusals)) expect((await attempt).user).toMatchObject(person('Sam Okafor'))
  })
})
