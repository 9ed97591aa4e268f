import { connectSandbox } from 'auth-contracts/testing'
import { expect, inject, test } from 'vitest'
import { createAuth } from './auth.ts'

const sandbox = await connectSandbox(inject('sandboxUrl'))
const auth = createAuth(sandbox.url)

test('confirms an email, and stays signed in for days', async () => {
  await auth.signUp({ email: 'kim@example.com', password: 'lantern-over-4-hills', name: 'Kim' })
  const [code = ''] = (await sandbox.inbox.latest('kim@example.com')).tokens
  expect(await auth.confirmEmail('kim@example.com', code)).toBe(true)
  await sandbox.clock.advance('5d')
  expect(await auth.profile()).toMatchObject({ email: 'kim@example.com', emailVerified: expect.any(String) })
})

test('signs in with Google, unless the user refuses', async () => {
  const start = () => auth.startSocialSignIn('google', 'http://localhost:3000/welcome')
  const denied = await sandbox.oauth.deny(await start())
  await expect(auth.finishSocialSignIn(denied.url)).rejects.toThrow('refused')
  const { url } = await sandbox.oauth.approve(await start(), { account: 'Leo' })
  await auth.finishSocialSignIn(url)
  expect(await auth.profile()).toMatchObject({ email: 'leo@example.com' })
})
