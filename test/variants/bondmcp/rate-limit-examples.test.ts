import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../../generated/index.ts'
import { exampleAnswers } from '../../../src/openapi/examples.ts'
import { bondmcp } from '../../../src/variants/bondmcp/index.ts'

const document = JSON.parse(readFileSync(contractUrl('bondmcp'), 'utf8'))
/** The instant of the examples, which the token of the examples was issued at, and the ends of its minute and its day. */
const now = 1759491000
const [minuteEnd, dayEnd] = [now + 60, 1759536000]

const operations = Object.entries(bondmcp.routes).map(([id, { security }]) => ({
  id,
  isPublic: security.length === 0,
  answers: [...(exampleAnswers(document, id)?.values() ?? [])].flat(),
}))

describe.each(operations)('the example answers of $id', ({ isPublic, answers }) => {
  it.each(answers)('$answer.status $name tell the window that the call counted in', ({ name, response }) => {
    const { headers = {} } = response
    const window = [headers['X-RateLimit-Limit'], headers['X-RateLimit-Reset']]
    // Without a valid credential it is the address that counts; a refusal by the minute speaks of the minute.
    if (isPublic || response.status === 401) expect(window).toEqual([60, minuteEnd])
    else expect(window).toEqual(response.status === 429 ? [10, minuteEnd] : [100, dayEnd])
    const remaining = Number(headers['X-RateLimit-Remaining'])
    expect(remaining).toBeLessThan(Number(window[0]))
    expect(remaining === 0).toBe(name === 'rateLimited')
  })
})
