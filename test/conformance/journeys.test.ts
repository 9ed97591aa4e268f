import { describe, expect, it } from 'vitest'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import { serveSandbox } from '../support/served-sandbox.ts'
import { contractOf } from './contracts.ts'

/** Runs the journeys and attacks. Returns the violations, and the tests that were not exercised. */
async function run(name: VariantName, url: string) {
  const report = await testConformance({
    ...{ contract: contractOf(name), adapter: adapters[name], url },
    packs: ['flows', 'abuse'],
    strict: true,
  })
  return {
    failures: report.failures.map(({ finding: { check, requirement, message } }) => ({
      check,
      requirement,
      message,
    })),
    notExercised: report.results
      .filter(({ outcome }) => outcome === 'notExercised')
      .map(({ test, reason }) => `${test.title}: ${reason}`),
  }
}

describe.each(variantNames)('the journeys and attacks on %s', (name) => {
  it('completes all of them on the sandbox without a finding', async () => {
    const { url } = await serveSandbox(name)
    expect(await run(name, url)).toEqual({ failures: [], notExercised: [] })
  }, 60_000)
})

describe('the conformance kit', () => {
  it('reports cookies that pages can read and tokens that may be cached', async () => {
    const { url } = await serveSandbox('bedrud', {
      change(_, response) {
        const headers = new Headers(response.headers)
        headers.delete('cache-control')
        headers.delete('set-cookie')
        for (const cookie of response.headers.getSetCookie())
          headers.append('set-cookie', cookie.replace(/; HttpOnly/i, ''))
        return new Response(response.body, { status: response.status, headers })
      },
    })
    const { failures } = await run('bedrud', url)
    expect(failures).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ check: 'no_store' }),
        expect.objectContaining({ check: 'cookie_attributes' }),
      ]),
    )
  }, 60_000)
})
