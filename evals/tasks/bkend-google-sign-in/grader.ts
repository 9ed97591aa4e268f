import assert from 'node:assert/strict'
import { assertOk, assertReason, assertSignedIn } from '../../harness/assert.ts'
import type { Project } from '../../harness/project.ts'
import type { Grading, Task } from '../../harness/task.ts'

const page = 'http://localhost:3000/auth/callback'

/** Does what a browser and its user do between start and finish. Returns the URL of the callback page. */
async function visitGoogle(
  { control, send }: Grading,
  project: Project,
  decision: { decision: 'approve'; account: string } | { decision: 'deny' },
): Promise<string> {
  const started = await project.call<string>('startGoogleSignIn')
  assert.ok(URL.canParse(started), 'startGoogleSignIn() should return the URL of the authorization page.')
  const authorizationUrl = new URL(started)
  await send('GET', authorizationUrl.pathname + authorizationUrl.search)
  const state = authorizationUrl.searchParams.get('state')
  const body = { consent: state, ...decision }
  const { redirectTo } = await control<{ redirectTo: string }>('oauth', body)
  const callback = new URL(redirectTo)
  const { headers } = await send('GET', callback.pathname + callback.search)
  const location = headers.get('location') ?? ''
  assert.ok(location.startsWith(page), `The API should send the browser to ${page}.`)
  return location
}

const newAccount = { decision: 'approve', account: 'new.user@example.net' } as const

export const task: Task = {
  title: 'Sign in with Google',
  language: 'en',
  variant: 'bkend',
  apiKey: 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  checks: {
    async 'signs a new user in, and recognizes the user later'(grading) {
      const { project } = grading
      await assertSignedIn(project, null)
      for (const isNewUser of [true, false]) {
        const pageUrl = await visitGoogle(grading, project, newAccount)
        const result = await assertOk<{ isNewUser: boolean }>(project, 'finishGoogleSignIn', pageUrl)
        assert.equal(result.isNewUser, isNewUser, `isNewUser should be ${isNewUser}.`)
        await assertSignedIn(project, 'new.user@example.net')
      }
    },

    async 'reports that the user has declined'(grading) {
      const { project } = grading
      const pageUrl = await visitGoogle(grading, project, { decision: 'deny' })
      await assertReason(project, 'declined', 'finishGoogleSignIn', pageUrl)
      await assertSignedIn(project, null)
    },

    async 'reports an account with another sign-in method'(grading) {
      const { project } = grading
      const account = 'user@example.com'
      const pageUrl = await visitGoogle(grading, project, { decision: 'approve', account })
      await assertReason(project, 'accountExists', 'finishGoogleSignIn', pageUrl)
      await assertSignedIn(project, null)
    },

    async 'rejects a callback that belongs to the sign-in of an attacker'(grading) {
      const attacker = await visitGoogle(grading, grading.openProject(), newAccount)
      await assertReason(grading.project, 'notStarted', 'finishGoogleSignIn', attacker)
      await assertSignedIn(grading.project, null)
    },

    async 'rejects a callback of an attacker during a sign-in of the user'(grading) {
      const attacker = await visitGoogle(grading, grading.openProject(), newAccount)
      await grading.project.call('startGoogleSignIn')
      await assertReason(grading.project, 'notStarted', 'finishGoogleSignIn', attacker)
      await assertSignedIn(grading.project, null)
    },

    async 'accepts a callback once'(grading) {
      const { project } = grading
      const pageUrl = await visitGoogle(grading, project, newAccount)
      await project.call('finishGoogleSignIn', pageUrl)
      await assertReason(project, 'notStarted', 'finishGoogleSignIn', pageUrl)
    },
  },
}
