import { expect, it } from 'vitest'
import { createMock } from '../../src/hub/create-mock.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { type AuthServerSettings, createAuthServer } from '../../src/server/index.ts'
import { createStub } from '../../src/server/stub.ts'
import { startSandbox } from '../../src/testing/index.ts'

it.each([
  ['createAuthServer', (name: 'bkend') => createAuthServer(name, {} as AuthServerSettings)],
  ['createSandbox', (name: 'bkend') => createSandbox(name)],
  ['startSandbox', (name: 'bkend') => startSandbox(name)],
  ['createMock', (name: 'bkend') => createMock(name)],
  ['createStub', (name: 'bkend') => createStub(name)],
])('%s lists the APIs when the name is unknown', async (_, create) => {
  await expect(create('bkand' as 'bkend')).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('Unknown API "bkand". Did you mean "bkend"? Available: '),
  })
  await expect(create('toString' as 'bkend')).rejects.toThrow('Unknown API "toString". Available: ')
})
