import assert from 'node:assert/strict'
import { assertOk, assertReason } from '../../harness/assert.ts'
import type { Grading, Task } from '../../harness/task.ts'

const user = ['mateo@example.com', 'velvet-anchor-36'] as const

/** Returns the link in the newest email to the user. */
async function latestLink({ control }: Grading): Promise<string> {
  const { mails } = await control<{ mails: { to: string; links: string[] }[] }>('inbox')
  const link = mails.findLast(({ to }) => to === user[0])?.links[0]
  assert.ok(link, 'The email should contain a link.')
  assert.ok(link.startsWith('http://localhost:3000/verify?'), 'The link should open the page of the app.')
  return link
}

async function start(grading: Grading): Promise<string> {
  await grading.project.call('signIn', ...user)
  await assertOk(grading.project, 'sendVerification')
  return latestLink(grading)
}

export const task: Task = {
  title: '이메일 인증 기능을 추가해줘',
  language: 'ko',
  variant: 'bkend',
  apiKey: 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  checks: {
    async 'verifies the email with the link'(grading) {
      await assertOk(grading.project, 'confirmVerification', await start(grading))
      const { body } = await grading.send<{ accessToken: string }>('POST', '/v1/auth/email/signin', {
        headers: { 'x-api-key': task.apiKey ?? '' },
        body: { email: user[0], password: user[1] },
      })
      assert.ok(body.accessToken, 'After the verification, the password should still work.')
      const me = await grading.send<{ emailVerified: string | null }>('GET', '/v1/auth/me', {
        headers: { 'x-api-key': task.apiKey ?? '', authorization: `Bearer ${body.accessToken}` },
      })
      assert.notEqual(me.body.emailVerified, null, 'The email should be verified.')
    },

    async 'keeps the user signed in'(grading) {
      await assertOk(grading.project, 'confirmVerification', await start(grading))
      const found = await grading.project.call<{ emailVerified: string | null } | null>('currentUser')
      assert.ok(found, 'The verification has ended the session of the user.')
      assert.ok(found.emailVerified, 'currentUser() should show that the email is verified.')
    },

    async 'treats an email that is verified already as a success'(grading) {
      const link = await start(grading)
      await assertOk(grading.project, 'confirmVerification', link)
      await assertOk(grading.project, 'confirmVerification', link)
    },

    async 'reports an expired link'(grading) {
      const link = await start(grading)
      await grading.control('clock', { advanceSeconds: 86_401 })
      await grading.project.call('signIn', ...user)
      await assertReason(grading.project, 'expiredLink', 'confirmVerification', link)
    },

    async 'sends another link that replaces the first one'(grading) {
      const first = await start(grading)
      await grading.control('clock', { advanceSeconds: 61 })
      await assertOk(grading.project, 'resendVerification')
      const second = await latestLink(grading)
      assert.notEqual(second, first, 'resendVerification() should send another link.')
      await assertReason(grading.project, 'invalidLink', 'confirmVerification', first)
      await assertOk(grading.project, 'confirmVerification', second)
    },

    async 'tells how long to wait before another email'(grading) {
      await grading.control('settings', { rateLimits: true })
      await start(grading)
      const { retryAfterSeconds } = await assertReason(
        grading.project,
        'tooManyRequests',
        'resendVerification',
      )
      const sent = Number(grading.exchanges.at(-1)?.response.headers.get('retry-after'))
      assert.equal(retryAfterSeconds, sent, `retryAfterSeconds should be ${sent}, as in Retry-After.`)
    },
  },
}
