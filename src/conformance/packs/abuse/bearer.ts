import type { RequestData } from '../../exchange.ts'
import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectStatus, expectThat } from '../expect.ts'
import { row } from './row.ts'

/** Credentials in headers and URLs (RFC 6750, RFC 8725). */
export function bearerRows({ getCurrentUser }: Adapter): TestCase[] {
  return [
    row('J01', 'forged tokens are rejected', async (probe, stage, claim) => {
      const { access } = await stage.createAccount()
      for (const [name, token] of Object.entries(forgeries(access)))
        expectStatus(
          probe,
          await probe.send(getCurrentUser(token)),
          [401],
          claim('ignored_auth', `A token ${name} was accepted.`),
        )
    }),
    row(
      'H01',
      'the scheme is case-insensitive and a broken header gets a challenge',
      async (probe, stage, claim) => {
        const { access } = await stage.createAccount()
        const request = getCurrentUser(access)
        for (const scheme of ['bearer', 'BEARER'])
          expectStatus(
            probe,
            await probe.send(withHeader(request, `${scheme} ${access}`)),
            [200],
            claim('positive_data_acceptance', `The scheme "${scheme}" was rejected.`),
          )
        for (const header of ['Bearer', 'Bearer a b', `Basic ${btoa('a:b')}`, 'Bearer %%%', access]) {
          const exchange = await probe.send(withHeader(request, header))
          expectStatus(
            probe,
            exchange,
            [400, 401],
            claim('ignored_auth', 'A broken Authorization header was accepted.'),
          )
          if (exchange.response.status === 401)
            expectThat(
              probe,
              exchange,
              exchange.response.headers.has('www-authenticate'),
              claim('response_headers_conformance', 'A 401 has no WWW-Authenticate (RFC 9110, §11.6.1).'),
            )
        }
      },
    ),
    row('H02', 'a token in the URL is ignored', async (probe, stage, claim) => {
      const { access } = await stage.createAccount()
      const { headers = {}, path, ...request } = getCurrentUser(access)
      const { authorization: _, ...others } = headers
      for (const name of ['access_token', 'token', 'api_key'])
        expectStatus(
          probe,
          await probe.send({
            ...request,
            headers: others,
            path: `${path}?${name}=${encodeURIComponent(access)}`,
          }),
          [401],
          claim('ignored_auth', `A token in the query parameter ${name} was accepted.`),
        )
    }),
  ]
}

const withHeader = (request: RequestData, authorization: string): RequestData => ({
  ...request,
  headers: { ...request.headers, authorization },
})

/** Tokens that a careless server accepts. A server with opaque tokens has to reject all of them, too. */
function forgeries(access: string): Record<string, string> {
  const [header = '', claims = encode({ sub: 'someone', exp: 4_102_444_800 }), signature = ''] =
    access.split('.')
  return {
    'without a signature': `${header}.${claims}.`,
    'of two segments': `${header}.${claims}`,
    'with an appended segment': `${access}.${signature}`,
    'with an appended character': `${access}x`,
    'without its last character': access.slice(0, -1),
    ...Object.fromEntries(
      ['none', 'None', 'nOnE'].map((alg) => [
        `with the algorithm ${alg}`,
        `${encode({ alg, typ: 'JWT' })}.${claims}.`,
      ]),
    ),
  }
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
