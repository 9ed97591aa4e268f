import { describe, expect, it } from 'vitest'
import { contractCases, describeError, type Setup, type Setups, sendCase } from '../../server/cases.ts'
import { openSandbox } from '../../support/sandbox.ts'

/** The API whose users the examples of this contract show. */
const apiOfExamples = 'bkend'
const { cases, check } = await contractCases(new URL('../../../generated/_dev/openapi.json', import.meta.url))

/** Opens a consent first, because the server generates its id. */
const afterAuthorization: Setup = async (sandbox, { name }) => {
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
    ok: { consent, decision: 'approve', account: await subjectOfLeo(sandbox) },
    unlisted: { consent, decision: 'approve', account: 'dana@example.com', emailVerified: false },
    failed: { consent, decision: 'fail', error: 'server_error' },
    missingError: { consent, decision: 'fail' },
    missingAccount: { consent, decision: 'approve' },
    unknownAccount: { consent, decision: 'approve', account: '999999999999' },
  }
  return name in bodies ? { body: bodies[name] } : undefined
}
const subjectOfLeo = async (sandbox: Parameters<Setup>[0]) => {
  const { accounts } = await sandbox.control<{ accounts: { subject: string; email: string | null }[] }>(
    'oauth',
  )
  return accounts.find(({ email }) => email === 'leo@example.com')?.subject
}

/** The first request creates a named sandbox. */
const withNamedSandbox: Setup = async (sandbox) => {
  await sandbox.call('GET', '/~worker-1/healthz')
  return undefined
}

const save = (sandbox: Parameters<Setup>[0], name: string) => sandbox.call('PUT', `/__dev/snapshots/${name}`)
const withSnapshot: Setup = async (sandbox) => {
  await save(sandbox, 'signed-in')
  return undefined
}

const setups: Setups = {
  listSnapshots: withSnapshot,
  restoreSnapshot: withSnapshot,
  deleteSnapshot: withSnapshot,
  async 'saveSnapshot tooMany'(sandbox) {
    for (let index = 0; index < 20; index++) await save(sandbox, `snapshot-${index}`)
    return undefined
  },
  decideConsent: afterAuthorization,
  listSandboxes: withNamedSandbox,
  deleteSandbox: withNamedSandbox,
}

/** Operations whose response equals the example. Others contain times, ids or texts of mails. */
const comparedWhole = ['getSeed', 'updateSettings', 'injectFault']

describe('contract cases of the development controls', () => {
  it.each(cases)('returns $status from $operationId for the example $name', async (contractCase) => {
    const { operationId, name, operation, status, body } = contractCase
    const sandbox = await openSandbox(apiOfExamples)
    const setup = setups[`${operationId} ${name}`] ?? setups[operationId]
    const response = await sendCase(sandbox, contractCase, await setup?.(sandbox, contractCase))
    const text = await response.text()
    expect({ status: response.status, text: response.status === status ? '' : text }).toEqual({
      status,
      text: '',
    })
    expect(check(operation.path, operation.method, status, text)).toEqual([])
    expect(describeError(text && JSON.parse(text), undefined)).toEqual(describeError(body, undefined))
    if (comparedWhole.includes(operationId) && body !== undefined) expect(JSON.parse(text)).toEqual(body)
  })
})
