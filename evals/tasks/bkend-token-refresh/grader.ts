import assert from 'node:assert/strict'
import { assertRejects } from '../../harness/assert.ts'
import type { Grading, Task } from '../../harness/task.ts'

const user = { email: 'user@example.com', password: 'password123' }

const signIn = ({ project }: Grading) => project.call('signIn', user.email, user.password)
const expire = ({ control }: Grading, advanceSeconds = 3601) => control('clock', { advanceSeconds })
const sentTokens = ({ requestsOf }: Grading) =>
  requestsOf('refreshTokens').map(({ request }) => JSON.parse(request.body ?? '{}').refreshToken)

export const task: Task = {
  title: 'Add token refresh to this app',
  language: 'en',
  variant: 'bkend',
  apiKey: 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  checks: {
    async 'renews an expired access token and repeats the call'(grading) {
      await signIn(grading)
      await expire(grading)
      const profile = await grading.project.call<{ email: string }>('getProfile')
      assert.equal(profile.email, user.email, 'The call did not return the profile of the user.')
      assert.equal(sentTokens(grading).length, 1, 'The call should send one refresh.')
      await grading.project.call('getProfile')
      assert.equal(sentTokens(grading).length, 1, 'A call with the new access token should send no refresh.')
    },

    async 'repeats a call with its body'(grading) {
      await signIn(grading)
      const { id } = await grading.project.call<{ id: string }>('getProfile')
      await expire(grading)
      await grading.project.call('setNickname', id, 'harbor')
      const { nickname } = await grading.project.call<{ nickname: string }>('getProfile')
      assert.equal(nickname, 'harbor', 'The nickname did not change after the refresh.')
    },

    async 'shares one refresh among concurrent calls'(grading) {
      await signIn(grading)
      await expire(grading)
      const calls = Array.from({ length: 4 }, () => grading.project.call('getProfile'))
      const outcomes = await Promise.allSettled(calls)
      const { length } = sentTokens(grading)
      assert.equal(length, 1, `Four concurrent calls sent ${length} refreshes instead of one.`)
      const failed = outcomes.filter(({ status }) => status === 'rejected')
      assert.equal(failed.length, 0, `${failed.length} of four concurrent calls failed.`)
    },

    async 'never sends a refresh token twice'(grading) {
      await signIn(grading)
      for (let round = 0; round < 3; round++) {
        await expire(grading)
        await grading.project.call('getProfile').catch(() => {})
      }
      const sent = sentTokens(grading)
      assert.equal(new Set(sent).size, sent.length, 'A refresh token was sent again after it was replaced.')
      assert.equal(sent.length, 3, 'Each expiry should lead to one refresh.')
      assert.equal(await grading.project.call('isSignedIn'), true, 'The user was signed out.')
    },

    async 'signs the user out when the session has ended'(grading) {
      await signIn(grading)
      await expire(grading, 8 * 24 * 3600)
      await assertRejects(grading.project.call('getProfile'), 'The call should reject.')
      assert.equal(await grading.project.call('isSignedIn'), false, 'isSignedIn() should be false.')
      await assertRejects(grading.project.call('getProfile'), 'A later call should reject, too.')
      assert.equal(sentTokens(grading).length, 1, 'The tokens of an ended session should not be used again.')
    },

    async 'keeps the user signed in when the refresh fails temporarily'(grading) {
      await signIn(grading)
      await expire(grading)
      await grading.control('faults', { operationId: 'refreshTokens', status: 503 })
      await grading.project.call('getProfile').catch(() => {})
      assert.equal(await grading.project.call('isSignedIn'), true, 'A 503 should not sign the user out.')
      const profile = await grading.project.call<{ email: string }>('getProfile')
      assert.equal(profile.email, user.email, 'A call after the failure did not return the profile.')
    },

    async 'sends no refresh for an error about the API key'(grading) {
      await signIn(grading)
      const fault = { operationId: 'getCurrentUser', status: 401, example: 'expiredKey' }
      await grading.control('faults', fault)
      await grading.project.call('getProfile').catch(() => {})
      assert.equal(sentTokens(grading).length, 0, 'A refresh does not help against an expired API key.')
      assert.equal(await grading.project.call('isSignedIn'), true, 'The user was signed out.')
    },

    async 'repeats a call only once'(grading) {
      await signIn(grading)
      const fault = { operationId: 'getCurrentUser', status: 401, example: 'expiredToken', times: 5 }
      await grading.control('faults', fault)
      await assertRejects(grading.project.call('getProfile'), 'The call should reject.')
      const { length } = grading.requestsOf('getCurrentUser')
      assert.equal(length, 2, `The call was sent ${length} times instead of twice.`)
    },
  },
}
