import type { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../src/adapters/logger.ts'

const captureLines = (write: (logger: ReturnType<typeof createLogger>) => void) => {
  const lines: string[] = []
  write(createLogger('debug', { write: (line) => lines.push(line) }))
  return lines
}

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'
const requestId = '0b1f6a52-6a0e-4b43-9f2e-0f6a1c7e52d1'

describe('the logger', () => {
  it('writes one line of JSON per event, with request id, level and time', () => {
    const [line = '', ...rest] = captureLines((logger) =>
      logger
        .child({ requestId })
        .info({ method: 'GET', path: '/api/auth/me', status: 200, name: 'a\r\n{"level":"fatal"}' }, 'done'),
    )
    expect(rest).toEqual([])
    expect(line.trimEnd()).not.toMatch(/[\r\n]/)
    expect(JSON.parse(line)).toMatchObject({ level: 'info', requestId, status: 200, msg: 'done' })
    expect(new Date(JSON.parse(line).time).getTime()).toBeGreaterThan(0)
  })

  it.each<[string, string, (logger: pino.Logger, secret: string) => void]>([
    [
      'a password in a body',
      'paper lantern',
      (log, it) => log.info({ body: { user: [{ newPassword: it }] } }),
    ],
    ['a one-time code that is a number', '204816', (log, it) => log.info({ mfaCode: Number(it) })],
    ['a header', 'short', (log, it) => log.info({ headers: { authorization: it, 'x-api-key': it } })],
    ['a field of a child logger', 'short', (log, it) => log.child({ refreshToken: it }).info('hello')],
    ['a JWT in the message', jwt, (log, it) => log.info(`could not read ${it}`)],
    ['an API key in an array', 'of-key-9f31c0de55aa77bb', (log, it) => log.info({ args: ['x', it] })],
    ['a Bearer credential', 'tiny', (log, it) => log.info(`sent Authorization: Bearer ${it}`)],
    ['a query string', 'tiny', (log, it) => log.info({ path: `/verify?token=${it}` })],
    ['a fragment', 'tiny', (log, it) => log.info(`to https://app.example.com/done#session=${it}`)],
    ['the message of an error', jwt, (log, it) => log.error(new Error(`bad token ${it}`))],
    [
      'the cause of an error',
      jwt,
      (log, it) => log.error(new Error('no', { cause: new Error(`bad ${it}`) })),
    ],
    ['a field of an error', 'tiny', (log, it) => log.error(Object.assign(new Error('no'), { token: it }))],
    ['a URL with a password', 'hunter2', (log, it) => log.info(`cannot reach smtp://me:${it}@mail.example`)],
    ['a password hash', '$argon2id$v=19$m=19456,t=2,p=1$abc$def', (log, it) => log.info({ row: it })],
  ])('hides %s', (_, secret, write) => {
    const [line = ''] = captureLines((logger) => write(logger, secret))
    expect(line).not.toBe('')
    expect(line).not.toContain(secret)
    expect(line).toContain('[hidden]')
    expect(() => JSON.parse(line)).not.toThrow()
  })

  it('leaves ids, error codes and stacks readable', () => {
    const error = Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' })
    const [line = ''] = captureLines((logger) =>
      logger.warn({
        requestId,
        upstreamId: 'req_0123456789abcdef0123456789abcdef',
        userId: requestId,
        err: error,
      }),
    )
    expect(line).not.toContain('[hidden]')
    expect(JSON.parse(line)).toMatchObject({ userId: requestId, err: { code: 'ECONNREFUSED' } })
    expect(JSON.parse(line).err.stack).toContain('logger.test.ts')
  })

  it('writes nothing at level silent', () => {
    const lines: string[] = []
    createLogger('silent', { write: (line) => lines.push(line) }).fatal('not written')
    expect(lines).toEqual([])
  })
})
