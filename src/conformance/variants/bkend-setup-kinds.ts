import { NotExercisedError } from '../test-case.ts'
import type { Setup } from '../world/setup.ts'
import { withoutHeaders, withToken } from '../world/setups.ts'
import type { Account, Stage } from '../world/stage.ts'
import { type mailedResetToken, mailedVerificationToken } from './bkend-cast.ts'

const mailTokenSeconds = 24 * 60 * 60

/** Sends another API key, and no token. */
export const withKey = (key: string): Setup => ({
  needsNoPeople: true,
  run: async (_, parts) => ({
    headers: { ...withoutHeaders(parts, 'authorization').headers, 'x-api-key': key },
  }),
})

/** Sends the refresh token of an account after `act`. */
export const refreshTokenAfter = (act: (stage: Stage, account: Account) => Promise<unknown>): Setup => ({
  needsNoPeople: true,
  async run(stage) {
    const account = await stage.createAccount()
    await act(stage, account)
    return { body: { refreshToken: account.refresh } }
  },
})

/** Sends a mailed token of an account after its lifetime. */
export const expiredMailToken = (mailed: typeof mailedResetToken): Setup => ({
  isExclusive: true,
  needsNoPeople: true,
  async run(stage, { body }) {
    const account = await stage.createAccount()
    const token = await mailed(stage, account)
    await stage.hook('advanceClock')(mailTokenSeconds + 1)
    return { body: { ...(body as object), email: account.email, token } }
  },
})

/** Sends the email of an account whose email is verified. */
export const alreadyVerified: Setup = {
  needsNoPeople: true,
  async run(stage, { body }) {
    const account = await stage.createAccount()
    const token = await mailedVerificationToken(stage, account)
    const request = stage.adapter?.verify?.({ email: account.email, token, access: account.access })
    if (request) await stage.send(request)
    return { body: { ...(body as object), email: account.email } }
  },
}

/** Sends a wrong password more often than allowed. */
export const afterWrongPasswords = (
  limits: Record<string, { max: number; windowSeconds: number } | null>,
): Setup => ({
  isExclusive: true,
  needsNoPeople: true,
  async run(stage, parts, { operationId }) {
    const { email, access } = await stage.createAccount()
    const wrong = { email, password: 'not the right one' }
    await stage.changeSettings({ rateLimits: true, limits })
    const request = stage.adapter?.signIn(wrong)
    if (request) await stage.send(request)
    return operationId === 'signIn'
      ? { body: { method: 'password', ...wrong } }
      : {
          ...withToken(parts, access),
          body: { currentPassword: wrong.password, newPassword: 'amber-compass-64' },
        }
  },
})

/** Requests a second mail before the pause between mails has passed. */
export const tooManyMails: Setup = {
  isExclusive: true,
  needsNoPeople: true,
  async run(stage, { method, template, headers, mediaType = '' }) {
    const body = { email: (await stage.createAccount()).email }
    await stage.changeSettings({ rateLimits: true, limits: { mailPause: { max: 1, windowSeconds: 60 } } })
    await stage.send({ method, path: template, headers: { ...headers, 'content-type': mediaType }, body })
    return { body }
  },
}

/** Uploads a file for the avatar, and sends its key. */
export const afterUpload = (content: string | Uint8Array<ArrayBuffer>): Setup => ({
  async run(stage, { path, headers }) {
    const upload = await stage.send({
      method: 'POST',
      path: `/v1/users/${path.userId}/avatar/upload-url`,
      headers,
      body: { filename: 'avatar.png', contentType: 'image/png' },
    })
    if (upload.response.status !== 200)
      throw new NotExercisedError(`The upload URL was answered with ${upload.response.status}.`)
    const { url, key } = upload.response.body
    await fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: content })
    return { body: { s3Key: key } }
  },
})

/** The smallest PNG image: one transparent pixel. */
export const pixel = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)
