import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { type ConformanceOptions, testConformance } from '../../src/conformance/index.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import { servedAdapters } from '../support/served.ts'
import { serveSandbox } from '../support/served-sandbox.ts'
import { contractOf } from './contracts.ts'

/** Runs the journeys and attacks. Returns the violations, and the tests that were not exercised. */
async function run(name: VariantName, url: string, options: Partial<ConformanceOptions> = {}) {
  const report = await testConformance({
    ...{ contract: contractOf(name), adapter: adapters[name], url },
    packs: ['flows', 'abuse'],
    strict: true,
    ...options,
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

describe.each(servedAdapters())('the journeys and attacks on $name', ({ name }) => {
  it('completes all of them on the sandbox without a finding', async () => {
    const { url } = await serveSandbox(name)
    expect(await run(name, url)).toEqual({ failures: [], notExercised: [] })
  })
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
  })

  it('signs in only with the providers of the hook', async () => {
    const { url } = await serveSandbox('bkend')
    const packs: ConformanceOptions['packs'] = ['flows']
    const one = await run('bkend', url, { packs, hooks: { providers: ['github'] } })
    expect(one.failures).toEqual([])
    expect(one.notExercised.sort()).toEqual([
      'a state is rejected at the callback of another provider: The server has no credentials for google.',
      'a user signs in with google: The server has no credentials for google.',
    ])
    const none = await run('bkend', url, { packs, hooks: { providers: [] } })
    expect(none.failures).toEqual([])
    expect(none.notExercised).toContain(
      'a state works once, even with another code: The server has no credentials for any provider.',
    )
  })

  it('does not exercise one-time codes with a secret that the server rejects', async () => {
    const { url } = await serveSandbox('bkend')
    const secondFactorUser = {
      email: 'tomas@example.com',
      password: 'granite-meadow-23',
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    }
    const { failures, notExercised } = await run('bkend', url, {
      packs: ['flows'],
      hooks: { secondFactorUser },
    })
    expect(failures).toEqual([])
    expect(notExercised).toContainEqual(
      expect.stringMatching(/^a one-time code works once: A one-time code was answered with 401/),
    )
  })
})
