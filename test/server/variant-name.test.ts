import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMock } from '../../src/hub/create-mock.ts'
import { createHandlers } from '../../src/msw/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { type AuthServerSettings, createAuthServer } from '../../src/server/index.ts'
import { loadServedVariant } from '../../src/server/served-variant.ts'
import { createStub } from '../../src/server/stub.ts'
import { startSandbox } from '../../src/testing/index.ts'
import { variants } from '../../src/variants/index.ts'

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

describe('an API that has a contract but no server', () => {
  const { bondmcp } = variants
  beforeEach(() => Reflect.deleteProperty(variants, 'bondmcp'))
  afterEach(() => Object.assign(variants, { bondmcp }))

  it.each([
    ['createAuthServer', (name: 'bondmcp') => createAuthServer(name, {} as AuthServerSettings)],
    ['createSandbox', (name: 'bondmcp') => createSandbox(name)],
    ['startSandbox', (name: 'bondmcp') => startSandbox(name)],
    ['createHandlers', (name: 'bondmcp') => createHandlers(name, { baseUrl: 'https://api.example.com' })],
    ['the administration', loadServedVariant],
  ])('%s recommends the mock of an API without a server', async (_, create) => {
    await expect(create('bondmcp')).rejects.toMatchObject({
      name: 'UserError',
      message: 'bondmcp has a contract but no server. Try: npx auth-contracts mock bondmcp',
    })
  })
})
