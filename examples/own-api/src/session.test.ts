import { createMock } from 'auth-contracts/mock'
import { expect, it } from 'vitest'
import { createClient, signIn } from './session.ts'

const mock = await createMock({ contract: './openapi.yaml' }, { log: () => {} })
const client = createClient('http://mock.test/v1', (request) => mock.fetch(request))

it('signs in with the form of the contract', async () => {
  expect(await signIn(client, 'ada@acme.example', 'correct-horse-9')).toBe('Ada')
})

it('shows the error of the API for a password that breaks the contract', async () => {
  await expect(signIn(client, 'ada@acme.example', 'short')).rejects.toThrow('Sign-in failed: invalid_grant')
})
