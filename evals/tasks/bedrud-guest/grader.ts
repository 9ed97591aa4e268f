import assert from 'node:assert/strict'
import { assertOk, assertReason, assertRejects } from '../../harness/assert.ts'
import type { Grading, Task } from '../../harness/task.ts'

interface Guest {
  id: string
  role: string
}

async function join({ project }: Grading): Promise<Guest> {
  const { guest } = await assertOk<{ guest?: Guest }>(project, 'joinAsGuest', 'Mina')
  assert.ok(guest?.id, 'joinAsGuest() should return the guest.')
  return guest
}

/** The token pairs that the API has issued to the project. */
const issuedTokens = ({ exchanges }: Grading): { accessToken: string; refreshToken: string }[] =>
  exchanges.flatMap(({ response: { body } }) => (body?.accessToken ? [body] : []))

/** Fails if a token of the project still opens the session. */
async function assertSessionEnded(grading: Grading) {
  for (const { accessToken, refreshToken } of issuedTokens(grading)) {
    const headers = { authorization: `Bearer ${accessToken}` }
    const { status } = await grading.send('GET', '/api/auth/me', { headers })
    assert.equal(status, 401, 'After leave(), an access token of the guest still works.')
    const refresh = await grading.send('POST', '/api/auth/refresh', { body: { refreshToken } })
    assert.equal(refresh.status, 401, 'After leave(), a refresh token of the guest still works.')
  }
}

export const task: Task = {
  title: '게스트 로그인과 로그아웃 기능을 구현해줘',
  language: 'ko',
  variant: 'bedrud',
  checks: {
    async 'signs in as a guest with a name only'(grading) {
      assert.equal(await grading.project.call('canJoinAsGuest'), true, 'canJoinAsGuest() should be true.')
      const guest = await join(grading)
      const current = await grading.project.call<Guest | null>('currentGuest')
      assert.equal(current?.id, guest.id, 'currentGuest() should return the guest.')
      assert.equal(current?.role, 'guest', 'The guest should have the role guest.')
    },

    async 'does not create a second guest'(grading) {
      const first = await join(grading)
      const second = await join(grading)
      assert.equal(second.id, first.id, 'A second call of joinAsGuest() has created another guest.')
    },

    async 'reports that the server allows no guests'(grading) {
      await grading.control('settings', { guests: false })
      assert.equal(await grading.project.call('canJoinAsGuest'), false, 'canJoinAsGuest() should be false.')
      await assertReason(grading.project, 'guestsDisabled', 'joinAsGuest', 'Mina')
      assert.equal(await grading.project.call('currentGuest'), null, 'currentGuest() should return null.')
    },

    async 'reports an invalid name'(grading) {
      await assertReason(grading.project, 'invalidName', 'joinAsGuest', 'M')
      await assertReason(grading.project, 'invalidName', 'joinAsGuest', 'M'.repeat(51))
      const { length } = grading.requestsOf('signInAsGuest')
      assert.equal(length, 0, 'A name of the wrong length should not be sent to the API.')
      await assertReason(grading.project, 'invalidName', 'joinAsGuest', '<<>>')
    },

    async 'ends the session at the server'(grading) {
      await join(grading)
      await grading.project.call('leave')
      assert.equal(await grading.project.call('currentGuest'), null, 'currentGuest() should return null.')
      await assertSessionEnded(grading)
    },

    async 'ends the session after the access token has expired'(grading) {
      await join(grading)
      await grading.control('clock', { advanceSeconds: 3601 })
      await grading.project.call('leave')
      assert.equal(await grading.project.call('currentGuest'), null, 'currentGuest() should return null.')
      await assertSessionEnded(grading)
    },

    async 'stays signed in when the server cannot end the session'(grading) {
      const guest = await join(grading)
      await grading.control('faults', { operationId: 'signOut', status: 503 })
      await assertRejects(grading.project.call('leave'), 'leave() should reject after a 503.')
      const current = await grading.project.call<Guest | null>('currentGuest')
      assert.equal(current?.id, guest.id, 'After a failed leave(), the guest should still be signed in.')
      await grading.project.call('leave')
      await assertSessionEnded(grading)
    },
  },
}
