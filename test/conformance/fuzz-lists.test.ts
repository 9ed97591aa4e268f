import { expect, it, onTestFinished } from 'vitest'
import { createContract } from '../../src/conformance/contract/contract.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { listen } from '../../src/server/listen.ts'

it('leaves out an empty list, and sends a required one with its items only', async () => {
  const integers = { type: 'array', items: { type: 'integer' } }
  const list = { in: 'query' as const, explode: false, schema: integers }
  const contract = createContract(
    'berths.json',
    {
      openapi: '3.1.0',
      info: { title: 'Berths', version: '1.0.0' },
      paths: {
        '/berths': {
          get: {
            operationId: 'getBerths',
            parameters: [
              { name: 'ids', ...list },
              { name: 'rows', required: true, ...list },
            ],
            responses: { '200': { description: 'OK' } },
          },
        },
      },
    },
    '',
  )
  const server = await listen(() => new Response(), { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const { results } = await testConformance({ contract, url: server.url, packs: ['fuzz'], seed: 7 })
  const valid = results
    .filter(({ test: { title } }) => title.includes('valid'))
    .flatMap(({ exchanges }) => exchanges.map(({ request }) => new URL(request.url).searchParams))
  expect(valid.length).toBeGreaterThan(10)
  for (const query of valid) {
    expect(query.get('ids')).not.toBe('')
    expect(query.get('rows')).toMatch(/^-?\d+/)
  }
  expect(valid.some((query) => !query.has('ids'))).toBe(true)
})
