import assert from 'node:assert/strict'
import { TOTP } from 'otpauth'
import { assertOk, assertReason, assertSignedIn } from '../../harness/assert.ts'
import type { Task } from '../../harness/task.ts'

const newUser = ['Ada Park', 'ada@example.com', 'nanoseconds-of-wire-30'] as const

export const task: Task = {
  title: '이메일 회원가입과 로그인 기능을 구현해줘',
  language: 'ko',
  variant: 'bkend',
  apiKey: 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  checks: {
    async 'signs a new user up and in with one request'({ project, requestsOf }) {
      await assertSignedIn(project, null)
      await assertOk(project, 'signUp', ...newUser)
      await assertSignedIn(project, 'ada@example.com')
      assert.equal(requestsOf('signIn').length, 0, 'A sign-up needs no further sign-in.')
    },

    async 'creates an account that can sign in on another device'({ project, openProject }) {
      await project.call('signUp', ...newUser)
      const other = openProject()
      await assertOk(other, 'signIn', newUser[1], newUser[2])
      await assertSignedIn(other, 'ada@example.com')
    },

    async 'returns the reason of a failed sign-up'({ project, control }) {
      await assertReason(project, 'emailTaken', 'signUp', 'Mina', 'user@example.com', newUser[2])
      await control('settings', { passwords: { minLength: 12 } })
      await assertReason(project, 'invalidPassword', 'signUp', 'Ada', newUser[1], 'short-one')
      await assertSignedIn(project, null)
    },

    async 'returns the reason of a failed sign-in'({ project }) {
      await assertReason(project, 'wrongCredentials', 'signIn', 'user@example.com', 'password124')
      await assertReason(project, 'wrongCredentials', 'signIn', 'unknown@example.com', 'password123')
      await assertReason(project, 'suspended', 'signIn', 'iris@example.com', 'copper-thistle-90')
      await assertSignedIn(project, null)
    },

    async 'asks for the code of an account with two-factor authentication'({ project, control }) {
      const credentials = ['tomas@example.com', 'granite-meadow-23'] as const
      await assertReason(project, 'mfaRequired', 'signIn', ...credentials)
      await assertReason(project, 'wrongMfaCode', 'signIn', ...credentials, '000000')
      const { now } = await control<{ now: string }>('clock', { advanceSeconds: 0 })
      const totp = new TOTP({ secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' })
      const mfaCode = totp.generate({ timestamp: Date.parse(now) })
      await assertOk(project, 'signIn', ...credentials, mfaCode)
      await assertSignedIn(project, 'tomas@example.com')
    },

    async 'tells how long a blocked user has to wait'({ project, exchanges, control }) {
      await control('settings', { limits: { failuresByAccount: { max: 2, windowSeconds: 900 } } })
      const credentials = ['user@example.com', 'password124'] as const
      for (let attempt = 0; attempt < 2; attempt++) await project.call('signIn', ...credentials)
      const { retryAfterSeconds = 0 } = await assertReason(
        project,
        'tooManyAttempts',
        'signIn',
        ...credentials,
      )
      const sent = Number(exchanges.at(-1)?.response.headers.get('retry-after'))
      assert.equal(retryAfterSeconds, sent, `retryAfterSeconds should be ${sent}, as in Retry-After.`)
    },
  },
}
