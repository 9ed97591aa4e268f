import assert from 'node:assert/strict'
import { assertOk, assertReason, assertSignedIn } from '../../harness/assert.ts'
import type { Grading, Task } from '../../harness/task.ts'

const user = { email: 'charles@example.org', password: 'difference-no-2' }
const newPassword = 'sketch-of-the-engine-4'

async function requestLink({ project, control }: Grading): Promise<string> {
  await project.call('requestReset', user.email)
  const { mails } = await control<{ mails: { to: string; kind: string; links: string[] }[] }>('inbox')
  const link = mails.findLast(({ to, kind }) => to === user.email && kind === 'resetPassword')?.links[0]
  assert.ok(link, 'requestReset() should send an email with a link.')
  return link
}

async function canSignIn({ send }: Grading, password: string): Promise<boolean> {
  const { status } = await send('POST', '/api/auth/signin', { body: { email: user.email, password } })
  return status === 200
}

export const task: Task = {
  title: '비밀번호 재설정 기능을 추가해줘',
  language: 'ko',
  variant: 'openfactory',
  checks: {
    async 'sets the new password with the link of the email'(grading) {
      await assertOk(grading.project, 'resetPassword', await requestLink(grading), newPassword)
      assert.ok(await canSignIn(grading, newPassword), 'The new password should work.')
      assert.ok(!(await canSignIn(grading, user.password)), 'The old password should not work any longer.')
    },

    async 'shows the same text for an unknown email'({ project }) {
      const known = await project.call<string>('requestReset', user.email)
      const unknown = await project.call<string>('requestReset', 'unknown@example.org')
      assert.ok(typeof known === 'string' && known !== '', 'requestReset() should return a text.')
      assert.equal(unknown, known, 'The text reveals whether an email has an account.')
    },

    async 'keeps the link when the new password is rejected'(grading) {
      await grading.control('settings', { passwords: { minLength: 20 } })
      const link = await requestLink(grading)
      await assertReason(grading.project, 'weakPassword', 'resetPassword', link, 'twelve-chars')
      await assertOk(grading.project, 'resetPassword', link, newPassword)
    },

    async 'reports a link that was used'(grading) {
      const link = await requestLink(grading)
      await assertOk(grading.project, 'resetPassword', link, newPassword)
      await assertReason(grading.project, 'invalidLink', 'resetPassword', link, 'another-engine-of-1837')
      assert.ok(await canSignIn(grading, newPassword), 'The password was changed twice with one link.')
    },

    async 'reports a link that has expired'(grading) {
      const link = await requestLink(grading)
      await grading.control('clock', { advanceSeconds: 3601 })
      await assertReason(grading.project, 'invalidLink', 'resetPassword', link, newPassword)
    },

    async 'signs the user out after the reset'(grading) {
      await grading.project.call('signIn', user.email, user.password)
      const link = await requestLink(grading)
      await assertOk(grading.project, 'resetPassword', link, newPassword)
      const before = grading.requestsOf('getSession').length
      await assertSignedIn(grading.project, null)
      assert.equal(
        grading.requestsOf('getSession').length,
        before,
        'The app should discard the token of the ended session, not send it again.',
      )
    },

    async 'stays signed in when the reset fails'(grading) {
      await grading.project.call('signIn', user.email, user.password)
      await assertReason(
        grading.project,
        'invalidLink',
        'resetPassword',
        'http://localhost:3000/reset-password?token=unknown',
        newPassword,
      )
      await assertSignedIn(grading.project, user.email)
    },
  },
}
