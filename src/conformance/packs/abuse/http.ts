import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectRejected, expectStatus, expectThat } from '../expect.ts'
import { row } from './row.ts'

/** HTTP, JSON and browsers. */
export function httpRows({
  signUp,
  signIn,
  getCurrentUser,
  privilege,
  statuses,
  ...api
}: Adapter): TestCase[] {
  const { signUpSignsIn, credentialIn, requestIdHeader } = api
  return [
    row('I01', 'a body over 64 KiB is rejected', async (probe, stage, claim) => {
      const request = signUp(stage.newPerson())
      const body = JSON.stringify({ ...(request.body as object), padding: 'x'.repeat(65 * 1024) })
      expectRejected(
        probe,
        await probe.send({ ...request, body }),
        claim('negative_data_rejection', 'A body over 64 KiB was accepted.'),
      )
    }),
    row('I02', 'nested and polluting bodies are harmless', async (probe, stage, claim) => {
      const request = signUp(stage.newPerson())
      const deep = await probe.send({
        ...request,
        body: `{"email":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      })
      expectRejected(probe, deep, claim('negative_data_rejection', 'A body of 20,000 brackets was accepted.'))
      const polluted = JSON.stringify(request.body).replace(
        '{',
        '{"__proto__":{"role":"admin"},"constructor":{"prototype":{"role":"admin"}},',
      )
      await probe.send({ ...request, body: polluted })
      const { access } = await stage.createAccount()
      const me = await probe.send(getCurrentUser(access))
      expectStatus(probe, me, [200], claim('not_a_server_error', 'A polluting body broke the next request.'))
    }),
    row('I04', 'a sign-up takes no privileges from the body', async (probe, stage, claim) => {
      const request = signUp(stage.newPerson())
      const wanted = { ...privilege?.granted, emailVerified: true, isAdmin: true, permissions: ['*'] }
      const exchange = await probe.send({ ...request, body: { ...wanted, ...(request.body as object) } })
      if (exchange.response.status !== statuses.signedUp || !signUpSignsIn || !privilege?.isGrantedIn) return
      const isGranted = async (access: string) =>
        privilege.isGrantedIn?.((await probe.send(getCurrentUser(access))).response)
      const usual = await isGranted((await stage.createAccount()).access)
      const wished = await isGranted(credentialIn(exchange.response).access)
      const violation = claim('negative_data_rejection', 'A sign-up took a role or plan from the body.')
      expectThat(probe, exchange, wished === usual, violation)
    }),
    ...[
      [{ $ne: null }, 'an object'],
      [['a@example.com'], 'an array'],
      [12, 'a number'],
    ].map(([value, name]) =>
      row('I04', `${name} is rejected as an email and as a password`, async (probe, stage, claim) => {
        const request = signIn(stage.newPerson())
        for (const field of ['email', 'password'])
          expectRejected(
            probe,
            await probe.send({ ...request, body: { ...(request.body as object), [field]: value } }),
            claim('negative_data_rejection', `${name} was accepted as ${field}.`),
          )
      }),
    ),
    ...['https://evil.example', 'null'].map((origin) =>
      row(
        'B01',
        `the origin ${origin} may not read responses with credentials`,
        async (probe, stage, claim) => {
          const { access } = await stage.createAccount()
          const request = getCurrentUser(access)
          const exchange = await probe.send({ ...request, headers: { ...request.headers, origin } })
          const { headers } = exchange.response
          const isOpen = headers.get('access-control-allow-credentials') === 'true'
          expectThat(
            probe,
            exchange,
            !(isOpen && [origin, '*'].includes(headers.get('access-control-allow-origin') ?? '')),
            claim('ignored_auth', `Pages of ${origin} may send credentials and read the responses.`),
          )
        },
      ),
    ),
    row('B03', 'responses with personal data are not cached or sniffed', async (probe, stage, claim) => {
      const { access } = await stage.createAccount()
      const exchange = await probe.send(getCurrentUser(access))
      const { headers } = exchange.response
      expectThat(
        probe,
        exchange,
        /no-store|private/.test(headers.get('cache-control') ?? ''),
        claim('no_store', 'The current user may be cached.'),
      )
      expectThat(
        probe,
        exchange,
        headers.get('x-content-type-options') === 'nosniff',
        claim('response_headers_conformance', 'X-Content-Type-Options: nosniff is missing.'),
      )
    }),
    ...(requestIdHeader === undefined
      ? []
      : [
          row('L02', 'the response repeats the request id of the client', async (probe, stage, claim) => {
            const { access } = await stage.createAccount()
            const request = getCurrentUser(access)
            const id = `auth-contracts-${crypto.randomUUID()}`
            const headers = { ...request.headers, [requestIdHeader]: id }
            const exchange = await probe.send({ ...request, headers })
            expectThat(
              probe,
              exchange,
              exchange.response.headers.get(requestIdHeader) === id,
              claim('response_headers_conformance', `The response does not repeat ${requestIdHeader}.`),
            )
          }),
        ]),
    row('L01', 'errors reveal nothing of the implementation', async (probe, stage, claim) => {
      const request = signUp(stage.newPerson())
      for (const body of [
        '{',
        '[]',
        JSON.stringify({ ...(request.body as object), email: "'; DROP TABLE users" }),
      ]) {
        const exchange = await probe.send({ ...request, body })
        expectThat(
          probe,
          exchange,
          !/node_modules|\bat \S+ \(|\.(?:ts|js|py|rb|go|java):\d+|sqlite|postgres|syntax error at or near|traceback/i.test(
            exchange.response.text,
          ),
          claim('secret_in_body', 'An error shows a stack trace or the name of a library.'),
        )
      }
    }),
  ]
}
