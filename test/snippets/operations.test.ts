import { describe, expect, it } from 'vitest'
import { languages } from '../../src/snippets/index.ts'
import { servedNames } from '../support/served.ts'
import { runOperations } from './operations.ts'
import { runnerOf } from './runners.ts'

describe.each(servedNames)('the code of %s', (variant) => {
  it.each(languages.map(({ id }) => id))('signs in to the sandbox in %s', async (lang) => {
    expect(await runOperations(variant, lang, (operationId) => operationId === 'signIn')).toEqual([
      { operationId: 'signIn', statuses: [200] },
    ])
  })
})

describe.each([
  ['bondmcp', 'listModels', 'apiKey'],
  ['bondmcp', 'listModels', 'apiKeyHeader'],
  ['openfactory', 'listWorkOrders', 'apiKey'],
  ['bkend', 'getUser', 'secretKey'],
] as const)('the code of %s for %s with the credential %s', (variant, operationId, credential) => {
  it.each(languages.map(({ id }) => id))('calls the sandbox without signing in in %s', async (lang) => {
    expect(await runOperations(variant, lang, (id) => id === operationId, { credential })).toEqual([
      { operationId, statuses: [200] },
    ])
  })
})

describe('an error response', () => {
  it.each([
    ['fetch', 'auth/invalid-credentials'],
    ['client', 'auth/invalid-credentials'],
    ['python', 'ApiError: auth/invalid-credentials'],
  ] as const)('ends the code in %s with the code of the error', async (lang, message) => {
    const [outcome] = await runOperations('bkend', lang, (id) => id === 'signIn', {
      example: 'wrongPassword',
    })
    expect(outcome).toMatchObject({ statuses: [401], error: expect.stringContaining(message) })
  })
})

it('runs Python code with the stand-in for requests, too', async () => {
  const code = 'import requests\nassert requests.__file__.endswith("stand-in/requests.py")'
  await runnerOf('python', { usesStandIn: true })(code, {})
  const [outcome] = await runOperations('bondmcp', 'python', (id) => id === 'signIn', { usesStandIn: true })
  expect(outcome).toEqual({ operationId: 'signIn', statuses: [200] })
})
