import { expect, it } from 'vitest'
import { problemReply } from '../../src/http/http-error.ts'
import { servedNames } from '../support/served.ts'
import { variants } from '../support/variants.ts'

const failed = { request: new Request('http://localhost/'), requestId: 'req_1' }

it.each([...servedNames])('reports invalid fields of %s whose names every object inherits', (name) => {
  const { errorResponses, routes } = variants[name]
  for (const operationId of Object.keys(routes))
    for (const path of ['constructor', 'toString', '__proto__', 'hasOwnProperty.valueOf']) {
      const violation = { in: 'body' as const, path, rule: 'form' as const, message: 'must not contain NUL' }
      const problem = { kind: 'invalid' as const, operationId, violations: [violation] as [typeof violation] }
      const reply = problemReply(errorResponses, problem, failed)
      expect([operationId, path, reply.status]).toEqual([
        operationId,
        path,
        expect.toBeOneOf([400, 404, 422]),
      ])
      expect(JSON.stringify(reply.body)).not.toContain('native code')
    }
})
