import { expect } from 'vitest'
import { createAuthenticator, type Overrides } from '../../../src/conformance/world/authenticator.ts'
import type { Store } from '../../../src/core/store.ts'
import type { TestSettings } from '../../support/sandbox.ts'
import { type ApiResponse, type Bedrud, cookieIn, mary, type Options, openBedrud } from './support.ts'

/** Not a user yet; signs up with a passkey. */
export const sam = { email: 'sam@example.com', name: 'Sam Okafor' }

export const noChallenge = [400, 'Challenge not found or expired']
export const noSignUpChallenge = [400, 'Signup session expired or not found']
export const notVerified = [400, 'Passkey verification failed']

export type Device = ReturnType<typeof createAuthenticator>

/** Runs both steps of a ceremony with the cookie of the ceremony, as a browser does. */
export function ceremonies({ post }: Bedrud) {
  const begin = async (path: string, body?: object, options?: Options) => {
    const response = await post(`/passkey/${path}/begin`, body, options)
    if (response.status !== 200) throw new Error(`${path}: ${JSON.stringify(response.body)}`)
    return { options: response.body, cookie: cookieIn(response) }
  }
  return {
    begin,
    async register(device: Device, bearer: string, mischief?: Overrides): Promise<ApiResponse> {
      const { options } = await begin('register', undefined, { bearer })
      return post('/passkey/register/finish', await device.create(options, mischief), { bearer })
    },
    async signIn(device: Device, mischief?: Overrides, body: object = {}): Promise<ApiResponse> {
      const { options, cookie } = await begin('login', body)
      const { userHandle: _, ...assertion } = await device.get(options, mischief)
      return post('/passkey/login/finish', assertion, { cookie })
    },
    async signUp(device: Device, form: object = sam, mischief?: Overrides): Promise<ApiResponse> {
      const { options, cookie } = await begin('signup', form)
      return post('/passkey/signup/finish', await device.create(options, mischief), { cookie })
    },
  }
}

/** Opens a sandbox without rate limits, in which Mary is signed in and has a passkey. */
export async function openPasskeys(settings: TestSettings = {}, store?: Store) {
  const bedrud = await openBedrud(settings, store)
  await bedrud.settings({ rateLimits: false })
  const browser = ceremonies(bedrud)
  const bearer = (await bedrud.signIn(mary)).accessToken
  const device = createAuthenticator()
  expect((await browser.register(device, bearer)).body).toEqual({
    message: 'Passkey registered successfully',
  })
  return { ...bedrud, ...browser, bearer, device }
}
