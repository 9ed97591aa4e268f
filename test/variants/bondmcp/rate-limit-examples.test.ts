import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../../generated/index.ts'
import { exampleResponses } from '../../../src/openapi/examples.ts'
import { bondmcp } from '../../../src/variants/bondmcp/index.ts'

const document = JSON.parse(readFileSync(contractUrl('bondmcp'), 'utf8'))
/** When the access token of the examples was issued, and when that minute and that day end. */
const now = 1759491000
const [minuteEnd, dayEnd] = [now + 60, 1759536000]

const operations = Object.entries(bondmcp.routes).map(([id, { security }]) => ({
  id,
  isPublic: security.length === 0,
  responses: [...(exampleResponses(document, id)?.values() ?? [])].flat(),
}))

describe.each(operations)('$id', ({ isPublic, responses }) => {
  it.each(responses)(
    'reports the rate limit window of the request in the example $response.status $name',
    ({ name, response }) => {
      const { headers = {} } = response
      const window = [headers['X-RateLimit-Limit'], headers['X-RateLimit-Reset']]
      // Requests without a valid credential count by IP address. A 429 reports the minute that caused it.
      if (isPublic || response.status === 401) expect(window).toEqual([60, minuteEnd])
      else expect(window).toEqual(response.status === 429 ? [10, minuteEnd] : [100, dayEnd])
      const remaining = Number(headers['X-RateLimit-Remaining'])
      expect(remaining).toBeLessThan(Number(window[0]))
      expect(remaining === 0).toBe(name === 'rateLimited')
    },
  )
})
