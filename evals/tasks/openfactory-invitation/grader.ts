import assert from 'node:assert/strict'
import { assertOk, assertReason } from '../../harness/assert.ts'
import type { Grading, Task } from '../../harness/task.ts'

const admin = ['ada@example.org', 'correct-horse-9'] as const
const member = ['charles@example.org', 'difference-no-2'] as const
const invited = ['annie@example.org', 'weaving-algebra-1843', 'Annie'] as const
/** The organization of the admin and the member. */
const organizationId = 'c33f923d-2d12-4f27-b0f6-0920c5703782'

/** Invites as the admin, in an instance that is signed in. Returns the link of the email. */
async function invite({ openProject, control }: Grading, email: string = invited[0]): Promise<string> {
  const project = openProject()
  await project.call('signIn', ...admin)
  await assertOk(project, 'invite', email, 'member')
  const { mails } = await control<{ mails: { to: string; kind: string; links: string[] }[] }>('inbox')
  const link = mails.findLast(({ to, kind }) => to === email && kind === 'invitation')?.links[0]
  assert.ok(link, 'invite() should send an email with a link.')
  return link
}

/** The newest session token of an account, read from what the API has sent to the project. */
function sessionToken({ exchanges }: Grading): string {
  return exchanges.findLast(({ response }) => response.body?.session)?.response.body.session.token
}

async function assertAccepted(grading: Grading) {
  const accepted = await assertOk<{ organizationId?: string }>(grading.project, 'acceptInvitation')
  assert.equal(accepted.organizationId, organizationId, 'The result should have the id of the organization.')
  const { status } = await grading.send('GET', `/api/organizations/${organizationId}/api-keys`, {
    headers: { authorization: `Bearer ${sessionToken(grading)}` },
  })
  assert.equal(status, 200, 'The user should be a member of the organization.')
}

export const task: Task = {
  title: '조직에 멤버를 초대하는 기능을 추가해줘',
  language: 'ko',
  variant: 'openfactory',
  checks: {
    async 'makes an invited user a member'(grading) {
      const link = await invite(grading)
      await grading.project.call('signUp', ...invited)
      await grading.project.call('openInvitation', link)
      await assertAccepted(grading)
    },

    async 'keeps the invitation until the user has signed up'(grading) {
      const link = await invite(grading)
      await grading.project.call('openInvitation', link)
      await assertReason(grading.project, 'signInRequired', 'acceptInvitation')
      const { length } = grading.requestsOf('acceptInvitation')
      assert.equal(length, 0, 'Without a session, acceptInvitation() should send no request.')
      await grading.project.call('signUp', ...invited)
      await assertAccepted(grading)
    },

    async 'keeps the invitation when the wrong account is signed in'(grading) {
      const link = await invite(grading)
      await grading.project.call('signUp', 'other@example.org', invited[1], 'Other')
      await grading.project.call('openInvitation', link)
      await assertReason(grading.project, 'invalidInvitation', 'acceptInvitation')
      await grading.project.call('signUp', ...invited)
      await assertAccepted(grading)
    },

    async 'forgets the invitation after it was accepted'(grading) {
      await assertReason(grading.project, 'noInvitation', 'acceptInvitation')
      const link = await invite(grading)
      await grading.project.call('signUp', ...invited)
      await grading.project.call('openInvitation', link)
      await assertAccepted(grading)
      await assertReason(grading.project, 'noInvitation', 'acceptInvitation')
    },

    async 'reports that only admins can invite'({ project }) {
      await assertReason(project, 'signInRequired', 'invite', invited[0], 'member')
      await project.call('signIn', ...member)
      await assertReason(project, 'adminOnly', 'invite', invited[0], 'member')
    },

    async 'reports that a user is a member already'({ project }) {
      await project.call('signIn', ...admin)
      await assertReason(project, 'alreadyMember', 'invite', member[0], 'member')
    },
  },
}
