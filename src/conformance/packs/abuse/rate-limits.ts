import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import type { Stage } from '../../world/stage.ts'
import { expectStatus, expectThat } from '../expect.ts'
import { row } from './row.ts'

/** Limits of guesses and mails (ASVS 5.0, 6.3.1). They need a server whose limits a hook can switch on. */
export function rateLimitRows({ signIn, requestReset, getCurrentUser, requestLimit }: Adapter): TestCase[] {
  const limits = { isExclusive: true, expectsRateLimit: true }
  return [
    row(
      'A01',
      'the guesses of one password are limited',
      async (probe, stage, claim) => {
        const { email } = await stage.createAccount()
        await withRateLimits(stage, async () => {
          const guess = () => probe.send(signIn({ email, password: 'not the password of anyone' }))
          let last = await guess()
          for (let count = 1; count < 30 && last.response.status === 401; count++) last = await guess()
          expectThat(
            probe,
            last,
            last.response.status !== 401,
            claim('rate_limit', '30 wrong passwords for one account were all answered with 401.'),
          )
          if (last.response.status === 429)
            expectThat(
              probe,
              last,
              last.response.headers.has('retry-after'),
              claim('response_headers_conformance', 'A 429 has no Retry-After (RFC 6585, §4).'),
            )
        })
      },
      limits,
    ),
    row(
      'A02',
      'a forwarded IP address does not evade the limit',
      async (probe, stage, claim) => {
        const { email } = await stage.createAccount()
        await withRateLimits(stage, async () => {
          const request = signIn({ email, password: 'not the password of anyone' })
          const guess = (count: number) =>
            probe.send({
              ...request,
              headers: {
                ...request.headers,
                'x-forwarded-for': `203.0.113.${count}`,
                'x-real-ip': `203.0.113.${count}`,
              },
            })
          let last = await guess(1)
          for (let count = 2; count <= 40 && last.response.status === 401; count++) last = await guess(count)
          expectThat(
            probe,
            last,
            last.response.status !== 401,
            claim('rate_limit', 'Guesses with forged X-Forwarded-For headers were not limited.'),
          )
        })
      },
      limits,
    ),
    ...(requestReset
      ? [
          row(
            'A06',
            'the mails to one email are limited',
            async (probe, stage, claim) => {
              const latestMail = stage.hook('latestMail')
              const { email } = await stage.createAccount()
              await withRateLimits(stage, async () => {
                const tokens = new Set<string>()
                let last = await probe.send(requestReset(email))
                for (let count = 1; count < 20 && last.response.status < 400; count++) {
                  last = await probe.send(requestReset(email))
                  const mail = await latestMail({ to: email, since: 0 })
                  if (mail) tokens.add(mail.token ?? mail.text)
                }
                expectThat(
                  probe,
                  last,
                  tokens.size < 15,
                  claim('rate_limit', '20 requests sent more than 15 mails to one email.'),
                )
              })
            },
            limits,
          ),
        ]
      : []),
    ...(requestLimit
      ? [
          row(
            'A04',
            'the requests of a new user are limited as documented',
            async (probe, stage, claim) => {
              const { access } = await stage.createAccount()
              await withRateLimits(stage, async () => {
                const exchanges = [await probe.send(getCurrentUser(access))]
                while (
                  exchanges.length <= requestLimit.perMinute &&
                  exchanges.at(-1)?.response.status !== 429
                )
                  exchanges.push(await probe.send(getCurrentUser(access)))
                const [first, last] = [exchanges[0], exchanges.at(-1)]
                if (!first || !last) return
                for (const name of requestLimit.headers)
                  expectThat(
                    probe,
                    first,
                    first.response.headers.has(name),
                    claim('response_headers_conformance', `A limited response lacks the header ${name}.`),
                  )
                expectStatus(
                  probe,
                  last,
                  [429],
                  claim(
                    'rate_limit',
                    `More than ${requestLimit.perMinute} requests in a minute are allowed.`,
                  ),
                )
              })
            },
            limits,
          ),
        ]
      : []),
  ]
}

async function withRateLimits(stage: Stage, run: () => Promise<void>): Promise<void> {
  const undo = await stage.hook('changeSettings')({ rateLimits: true })
  try {
    await run()
  } finally {
    await undo()
  }
}
