import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/common/user-error.ts'
import { readConfig } from '../../src/server/config.ts'
import { variables } from '../../src/server/variables.ts'

const read = (env: Record<string, string>, flags = {}) =>
  readConfig({ variant: 'some', data: './data', ...flags }, env)
const refusal = (env: Record<string, string>, flags = {}): string => {
  try {
    read(env, flags)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  return 'accepted'
}
const secret = 'vS0mUq1cWJm3rB9yTn6xkZ2pQd8hLfGe4aRoXiNtCbw'
const olderSecret = 'k7GQ2bXxv0mEoT5yUa1nRz8hCjW4sLdF6iPqNtVeKcY'
const production = {
  NODE_ENV: 'production',
  SECRETS: secret,
  PUBLIC_URL: 'https://auth.example.com',
  WEB_URL: 'https://app.example.com',
  SMTP_URL: 'smtps://mail.example.com',
  MAIL_FROM: 'no-reply@example.com',
}

describe('without settings', () => {
  it('a server is in development mode, with its data in one folder', () => {
    expect(read({})).toEqual({
      mode: 'development',
      settings: {
        store: 'data/some.db',
        files: 'data/some.db-uploads',
        mail: {},
        oauth: {},
      },
      location: 'data/some.db',
      logLevel: 'info',
      threads: 4,
      metricsPort: null,
      noticeMs: 1000,
    })
  })

  it('and without data it is in memory', () => {
    expect(read({}, { data: null }).settings).toEqual({
      store: ':memory:',
      mail: {},
      oauth: {},
    })
  })

  it('an empty variable is none', () => {
    expect(read({ PUBLIC_URL: ' ', SECRETS: '' })).toEqual(read({}))
  })
})

it('every setting arrives where it belongs', () => {
  const { mode, settings, logLevel, threads, metricsPort, noticeMs } = read({
    ...production,
    DATABASE: '/var/lib/auth.db',
    PUBLIC_URL: 'https://auth.example.com/base/',
    CORS_ORIGINS: 'https://one.example.com, https://two.example.com',
    SECRETS: `${secret},${olderSecret}`,
    MAIL_FROM: '"Example, Inc." <No-Reply@example.com>',
    GOOGLE_CLIENT_ID: 'id',
    GOOGLE_CLIENT_SECRET: 'word',
    S3_BUCKET_URL: 'https://s3.example.com/avatars/',
    S3_ACCESS_KEY_ID: 'access',
    S3_SECRET_ACCESS_KEY: 'key',
    TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    LOG_LEVEL: 'warn',
    UV_THREADPOOL_SIZE: '8',
    SETTINGS: '{"registration":"inviteOnly"}',
    METRICS_PORT: '9464',
    DRAIN_SECONDS: '5',
  })
  expect({ mode, settings, logLevel, threads, metricsPort, noticeMs }).toEqual({
    mode: 'production',
    metricsPort: 9464,
    noticeMs: 5000,
    settings: {
      store: '/var/lib/auth.db',
      publicUrl: 'https://auth.example.com/base',
      webUrl: 'https://app.example.com',
      origins: ['https://one.example.com', 'https://two.example.com'],
      secrets: [secret, olderSecret],
      mail: {
        smtpUrl: 'smtps://mail.example.com',
        sender: { name: 'Example, Inc.', address: 'no-reply@example.com' },
      },
      oauth: { google: { clientId: 'id', clientSecret: 'word' } },
      files: {
        bucketUrl: 'https://s3.example.com/avatars',
        region: 'us-east-1',
        accessKeyId: 'access',
        secretAccessKey: 'key',
        publicUrl: undefined,
      },
      trustedProxies: ['10.0.0.0/8', '::1'],
      operator: { registration: 'inviteOnly' },
    },
    logLevel: 'warn',
    threads: 8,
  })
})

describe('a wrong value', () => {
  it.each([
    [
      'PUBLIC_URL',
      ['auth.example.com', 'ftp://auth.example.com', 'https://auth.example.com/?a=b', 'https://'],
    ],
    ['WEB_URL', ['//app.example.com']],
    ['CORS_ORIGINS', ['*', 'https://one.example.com,two', ',']],
    ['SECRETS', ['short', 'a'.repeat(64), `${secret},short`]],
    ['SMTP_URL', ['mail.example.com', 'http://mail.example.com', 'smtp://']],
    ['MAIL_FROM', ['nobody', 'Example <nobody>', 'a@example.com, b@example.com']],
    ['S3_BUCKET_URL', ['avatars']],
    ['TRUSTED_PROXIES', ['everybody', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/']],
    ['LOG_LEVEL', ['loud']],
    ['SETTINGS', ['open', '[]', '{"registration":"maybe"}', '{"passwords":{"minLength":"12"}}']],
    ['DATABASE_CONNECTIONS', ['0', '1001', 'all']],
    ['METRICS_PORT', ['0', '65536', 'yes']],
    ['DRAIN_SECONDS', ['-1', '61', '1.5']],
    ['UV_THREADPOOL_SIZE', ['1', '0', '-4', 'many', '4.5']],
  ] as const)('of %s is told in one sentence, which does not repeat it', (name, values) => {
    for (const value of values)
      expect([value, refusal({ [name]: value })]).toEqual([value, `${name} must be ${variables[name].form}.`])
  })
})

describe('a secret', () => {
  it('is one that somebody made at random', () => {
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      for (let round = 0; round < 200; round++)
        expect(refusal({ SECRETS: randomBytes(32).toString(encoding) })).toBe('accepted')
  })

  it.each([
    '01234567890123456789012345678901',
    '0123456789012345678901234567890123456789012345678901234567890123456789',
    'please-change-this-secret-in-production',
    'please-change-this-secret-in-production-before-the-first-start',
    'your-256-bit-secret-your-256-bit-secret',
    'Your-256-Bit-Secret-Your-256-Bit-Secret-Your-256-Bit-Secret',
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
    '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'Tr0ub4dor&3 is a password, however long somebody may make it',
    randomBytes(31).toString('hex'),
    randomBytes(31).toString('base64'),
    randomBytes(16).toString('base64url').repeat(2),
  ])('is not %s', (text) => {
    const said = refusal({ ...production, SECRETS: text })
    expect(said).toMatch(/^SECRETS must be at least 32 random bytes .* `openssl rand -base64 32` prints\.$/)
    expect(refusal({ ...production, SECRETS: `${secret},${text}` })).toBe(said)
  })
})

it.each([
  ['colour', '{"colour":"red"}'],
  ['passwords.minLenght', '{"passwords":{"minLenght":20}}'],
  ['limits.signIn.maximum', '{"limits":{"signIn":{"max":5,"windowSeconds":60,"maximum":5}}}'],
  ['providers', '{"providers":{"google":"failing"}}'],
])('an operator is told that there is no setting %s', (name, text) => {
  expect(refusal({ SETTINGS: text })).toBe(`SETTINGS: there is no setting ${name}.`)
})

describe('production mode', () => {
  it('starts with all that it needs, by flag or by variable', () => {
    expect(refusal(production)).toBe('accepted')
    const { NODE_ENV: _, ...others } = production
    expect(read(others, { production: true }).mode).toBe('production')
  })

  it.each(['SECRETS', 'PUBLIC_URL', 'WEB_URL', 'SMTP_URL', 'MAIL_FROM'])(
    'refuses to start without %s',
    (name) => {
      expect(refusal({ ...production, [name]: '' })).toMatch(
        new RegExp(`^${name} is missing, which production mode needs: `),
      )
    },
  )

  it('refuses to send credentials over the network in the clear', () => {
    expect(refusal({ ...production, PUBLIC_URL: 'http://auth.example.com' })).toMatch(
      /^PUBLIC_URL must begin with https/,
    )
    expect(refusal({ ...production, WEB_URL: 'http://localhost.example.com' })).toMatch(
      /^WEB_URL must begin with https/,
    )
    expect(
      refusal({ ...production, CORS_ORIGINS: 'https://one.example.com,http://two.example.com' }),
    ).toMatch(/^CORS_ORIGINS must begin with https/)
    const here = { PUBLIC_URL: 'http://localhost:4020', CORS_ORIGINS: 'http://127.0.0.1:3000' }
    expect(refusal({ ...production, ...here })).toBe('accepted')
  })

  it('lists all that is missing or wrong at once, one sentence each', () => {
    const said = refusal({
      NODE_ENV: 'production',
      SECRETS: 'short',
      WEB_URL: 'http://app.example.com',
      GITHUB_CLIENT_ID: 'a',
    })
    expect(said.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'SECRETS',
      'GITHUB_CLIENT_SECRET',
      'PUBLIC_URL',
      'SMTP_URL',
      'MAIL_FROM',
      'WEB_URL',
    ])
  })

  it('refuses to keep its data in memory', () => {
    expect(refusal(production, { data: null })).toMatch(/--memory/)
  })
})

it.each([
  ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
  ['GITHUB_CLIENT_SECRET', 'GITHUB_CLIENT_ID'],
  ['S3_BUCKET_URL', 'S3_ACCESS_KEY_ID'],
])('%s without %s is half a setting', (one, other) => {
  expect(refusal({ [one]: 'https://text.example.com' })).toBe(
    `${other} is missing, which ${one} needs. Set both or neither.`,
  )
})

it('servers that share a process share neither database nor address', () => {
  expect(read({ ...production, DATABASE: 'one.db' }, { isOneOfSeveral: true })).toMatchObject({
    mode: 'development',
    settings: { store: 'data/some.db' },
  })
  expect(read(production, { isOneOfSeveral: true }).settings).not.toHaveProperty('publicUrl')
})

it('every setting is documented as it is', () => {
  const readme = readFileSync(new URL('../../src/server/README.md', import.meta.url), 'utf8')
  const rows = Object.entries(variables).map(
    ([name, about]) => `| \`${name}\` | ${about.description} | ${about.default} |`,
  )
  const table = readme.split('\n').filter((line) => /^\| `[A-Z0-9_]+` \|/.test(line))
  expect(table, 'Replace the rows of the table in src/server/README.md by these').toEqual(rows)
})

describe('PostgreSQL', () => {
  const url = 'postgres://auth:hidden@db.example.com:5432/auth'

  it('takes the place of the file, and its password is not shown', () => {
    const { settings, location } = read({ DATABASE_URL: url })
    expect(settings).toMatchObject({ store: url, secretFile: 'data/some.db-secret' })
    expect(location).toBe('postgres://auth@db.example.com:5432/auth')
  })

  it('is named by the flag as well, which wins', () => {
    expect(read({ DATABASE_URL: url }, { database: 'postgres://other/auth' }).settings.store).toBe(
      'postgres://other/auth',
    )
    expect(refusal({}, { database: 'mysql://other/auth' })).toBe(
      'DATABASE_URL must be an address such as postgres://user:password@host:5432/database.',
    )
  })

  it('gets as many connections as it is told', () => {
    expect(read({ DATABASE_URL: url, DATABASE_CONNECTIONS: '3' }).settings.connections).toBe(3)
  })

  it('is enough for production, with nothing on this disk', () => {
    expect(refusal({ ...production, DATABASE_URL: url }, { data: null })).toBe('accepted')
  })
})
