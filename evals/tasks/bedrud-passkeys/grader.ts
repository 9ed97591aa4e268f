import assert from 'node:assert/strict'
import { createAuthenticator, type Overrides } from '../../../src/conformance/world/authenticator.ts'
import { assertOk, assertReason, assertSignedIn } from '../../harness/assert.ts'
import type { Project } from '../../harness/project.ts'
import type { Grading, Task } from '../../harness/task.ts'

interface CreationOptions {
  challenge: string
  rp: { id: string }
  user: { id: string }
}

interface RequestOptions {
  challenge: string
  rpId: string
}

type Authenticator = ReturnType<typeof createAuthenticator>

const email = 'sam@example.com'

async function start<Options>(project: Project, name: string, ...args: string[]): Promise<Options> {
  const { options } = await assertOk<{ options?: Options }>(project, name, ...args)
  assert.ok(options, `${name}() should return the options.`)
  return options
}

/** The JSON form of a credential, as `toJSON()` of a browser returns it. */
const toJson = (id: string, response: object) => ({
  ...{ id, rawId: id, type: 'public-key', response },
  clientExtensionResults: {},
})

async function create(authenticator: Authenticator, options: CreationOptions) {
  const response = await authenticator.create(options)
  return toJson(authenticator.credentialId, response)
}

async function get(authenticator: Authenticator, options: RequestOptions, overrides?: Overrides) {
  const { credentialId, ...response } = await authenticator.get(options, overrides)
  return toJson(credentialId, response)
}

async function signUp({ project }: Grading): Promise<Authenticator> {
  const authenticator = createAuthenticator()
  const options = await start<CreationOptions>(project, 'startSignUp', email, 'Sam Okafor')
  await assertOk(project, 'finishSignUp', await create(authenticator, options))
  return authenticator
}

/** Starts a sign-in. Returns the credential that the browser would hand over. */
async function signIn(project: Project, authenticator: Authenticator, overrides?: Overrides) {
  const options = await start<RequestOptions>(project, 'startSignIn')
  return get(authenticator, options, overrides)
}

export const task: Task = {
  title: 'Add passkeys',
  language: 'en',
  variant: 'bedrud',
  checks: {
    async 'creates an account with a passkey'(grading) {
      await assertSignedIn(grading.project, null)
      await signUp(grading)
      await assertSignedIn(grading.project, email)
    },

    async 'signs in with the passkey, without asking for the email'(grading) {
      const authenticator = await signUp(grading)
      const other = grading.openProject()
      await assertOk(other, 'finishSignIn', await signIn(other, authenticator))
      await assertSignedIn(other, email)
      const bodies = grading.requestsOf('startPasskeySignIn').map(({ request }) => request.body ?? '')
      assert.ok(!bodies.some((body) => body.includes('@')), 'startSignIn() should not send an email.')
    },

    async 'reports an email that is taken'({ project }) {
      await assertReason(project, 'emailTaken', 'startSignUp', 'ada@example.org', 'Ada B.')
    },

    async 'reports that passkeys are disabled'({ project, control }) {
      await control('settings', { passkeys: false })
      await assertReason(project, 'passkeysDisabled', 'startSignIn')
      await assertReason(project, 'passkeysDisabled', 'startSignUp', email, 'Sam Okafor')
    },

    async 'reports a passkey that the server does not know'(grading) {
      const authenticator = createAuthenticator()
      const options = await start<CreationOptions>(grading.project, 'startSignUp', email, 'Sam Okafor')
      await create(authenticator, options)
      const credential = await signIn(grading.project, authenticator)
      await assertReason(grading.project, 'unknownPasskey', 'finishSignIn', credential)
      await assertSignedIn(grading.project, null)
    },

    async 'reports a challenge that has expired'(grading) {
      const authenticator = await signUp(grading)
      const other = grading.openProject()
      const options = await start<RequestOptions>(other, 'startSignIn')
      await grading.control('clock', { advanceSeconds: 301 })
      await assertReason(other, 'expired', 'finishSignIn', await get(authenticator, options))
      await assertSignedIn(other, null)
    },

    async 'signs in after a rejected attempt'(grading) {
      const authenticator = await signUp(grading)
      const other = grading.openProject()
      const forged = await signIn(other, authenticator, { forged: true })
      await assertReason(other, 'rejected', 'finishSignIn', forged)
      await assertSignedIn(other, null)
      await assertOk(other, 'finishSignIn', await signIn(other, authenticator))
    },
  },
}
