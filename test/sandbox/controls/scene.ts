import { fakeApi, key, mina } from '../../server/fake.ts'
import { openSandbox, type TestSandbox } from '../../support/sandbox.ts'

/** Opens a sandbox of a small API with one seeded user. */
export const open = (settings = {}) => openSandbox('bkend', { ...fakeApi, ...settings })

export const signIn = '/v1/auth/email/signin'
export const credentials = { method: 'password', email: mina.email, password: mina.password }

export const signUpAs = (sandbox: TestSandbox, email: string) =>
  sandbox.call(
    'POST',
    '/v1/auth/email/signup',
    { method: 'password', email, password: 'a-fine-passphrase', name: 'New' },
    key,
  )

export const signInStatus = async (sandbox: TestSandbox) =>
  (await sandbox.call('POST', signIn, credentials, key)).status

export const accessTokenOf = async (sandbox: TestSandbox) =>
  (await (await sandbox.call('POST', signIn, credentials, key)).json()).accessToken

/** Returns the status of a request with an access token. */
export const me = async (sandbox: TestSandbox, token: string) =>
  (await sandbox.call('GET', '/v1/auth/me', undefined, { ...key, authorization: `Bearer ${token}` })).status

export const requestReset = (sandbox: TestSandbox, email = mina.email) =>
  sandbox.call('POST', '/v1/auth/password/reset/request', { email }, key)

export const errorOf = async (response: Response) => [response.status, (await response.json()).error]
