import { openSandbox } from '../support/sandbox.ts'
import { fakeApi, mina } from './fake.ts'

/** Opens a sandbox of the small API. */
export const openFake = (settings = {}) => openSandbox('bkend', { ...fakeApi, ...settings })

/** Not a user yet. */
export const newUser = {
  method: 'password',
  email: 'new@example.com',
  password: 'a-fine-passphrase',
  name: 'New',
}

export const signUp = '/v1/auth/email/signup'

export const signIn = '/v1/auth/email/signin'

export const credentials = { method: 'password', email: mina.email, password: mina.password }
