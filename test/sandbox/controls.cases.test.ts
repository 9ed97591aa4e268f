import { describe, expect, it } from 'vitest'
import { type Arrangement, type Arrangements, contractCases, sendCase, toldBy } from '../server/cases.ts'
import { openSandbox } from '../support/sandbox.ts'

/** The API that the examples of this contract speak of. */
const example = 'bkend'
const { cases, check } = await contractCases(new URL('../../generated/_dev/openapi.json', import.meta.url))

/** A consent is known by an id that only its server knows. */
const pending: Arrangement = async (sandbox, { name }) => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'simulator',
    redirect_uri: 'http://localhost:4000/v1/auth/google/callback',
    state: 'c3RhdGUtb2stZXhhbXBsZS0wMDAwMDAwMDAwMDAwMQ',
  })
  await sandbox.call('GET', `/__oauth/google/authorize?${query}`)
  const { consents } = await sandbox.control<{ consents: { id: string }[] }>('oauth')
  const consent = consents[0]?.id
  const bodies: Record<string, object> = {
    ok: { consent, decision: 'approve', account: await leo(sandbox) },
    unlisted: { consent, decision: 'approve', account: 'dana@example.com', emailVerified: false },
    missingAccount: { consent, decision: 'approve' },
    unknownAccount: { consent, decision: 'approve', account: '999999999999' },
  }
  return name in bodies ? { body: bodies[name] } : undefined
}
const leo = async (sandbox: Parameters<Arrangement>[0]) => {
  const { accounts } = await sandbox.control<{ accounts: { subject: string; email: string | null }[] }>(
    'oauth',
  )
  return accounts.find(({ email }) => email === 'leo@example.com')?.subject
}

const arrangements: Arrangements = { decideConsent: pending }

/** What a fresh sandbox answers to the letter; times, ids and texts of mails differ. */
const literal = ['getSeed', 'updateSettings', 'injectFault']

describe('the development controls answer as their contract says', () => {
  it.each(cases)('$operationId, $name: $status', async (one) => {
    const { operationId, name, operation, status, body } = one
    const sandbox = await openSandbox(example)
    const arranged = await (arrangements[`${operationId} ${name}`] ?? arrangements[operationId])?.(
      sandbox,
      one,
    )
    const answer = await sendCase(sandbox, one, arranged)
    const text = await answer.text()
    expect({ status: answer.status, text: answer.status === status ? '' : text }).toEqual({
      status,
      text: '',
    })
    expect(check(operation.path, operation.method, status, text)).toEqual([])
    expect(toldBy(text && JSON.parse(text), undefined)).toEqual(toldBy(body, undefined))
    if (literal.includes(operationId) && body !== undefined) expect(JSON.parse(text)).toEqual(body)
  })
})
