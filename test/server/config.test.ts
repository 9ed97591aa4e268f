import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/common/user-error.ts'
import { readAllowedHosts, readConfig } from '../../src/server/config.ts'
import { variables } from '../../src/server/variables.ts'

const read = (env: Record<string, string>, flags = {}) =>
  readConfig({ variant: 'some', data: './data', ...flags }, env)
const errorOf = (env: Record<string, string>, flags = {}): string => {
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

describe('defaults', () => {
  it('uses development mode with all data in one folder', () => {
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
      drainMs: 1000,
    })
  })

  it('keeps data in memory without a data folder', () => {
    expect(read({}, { data: null }).settings).toEqual({
      store: ':memory:',
      mail: {},
      oauth: {},
    })
  })

  it('treats an empty variable as unset', () => {
    expect(read({ PUBLIC_URL: ' ', SECRETS: '' })).toEqual(read({}))
  })
})

it('maps every variable to its setting', () => {
  const { mode, settings, logLevel, threads, metricsPort, drainMs } = read({
    ...production,
    DATABASE: '/var/lib/auth.db',
    PUBLIC_URL: 'https://auth.example.com/base/',
    CORS_ORIGINS: 'https://one.example.com, capacitor://localhost',
    ALLOWED_HOSTS: 'auth, *.tunnel.example',
    SECRETS: `${secret},${olderSecret}`,
    MAIL_FROM: '"Example, Inc." <No-Reply@example.com>',
    GOOGLE_CLIENT_ID: 'id',
    GOOGLE_CLIENT_SECRET: 'secret',
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
  expect({ mode, settings, logLevel, threads, metricsPort, drainMs }).toEqual({
    mode: 'production',
    metricsPort: 9464,
    drainMs: 5000,
    settings: {
      store: '/var/lib/auth.db',
      publicUrl: 'https://auth.example.com/base',
      webUrl: 'https://app.example.com',
      origins: ['https://one.example.com', 'capacitor://localhost'],
      allowedHosts: ['auth', '*.tunnel.example'],
      secrets: [secret, olderSecret],
      mail: {
        smtpUrl: 'smtps://mail.example.com',
        sender: { name: 'Example, Inc.', address: 'no-reply@example.com' },
      },
      oauth: { google: { clientId: 'id', clientSecret: 'secret' } },
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

describe('invalid values', () => {
  it.each([
    [
      'PUBLIC_URL',
      [
        'auth.example.com',
        'ftp://auth.example.com',
        'https://auth.example.com/?a=b',
        'https://',
        'http://localhost:80@evil.example',
        'https://a:b@auth.example.com',
      ],
    ],
    ['WEB_URL', ['//app.example.com']],
    [
      'CORS_ORIGINS',
      ['*', 'null', 'https://one.example.com,two', ',', 'javascript://localhost', 'android:apk-key-hash:x'],
    ],
    ['ALLOWED_HOSTS', ['*', 'https://auth.example.com', 'auth:4020', 'auth,', 'a b']],
    ['SECRETS', ['short', 'a'.repeat(64), `${secret},short`]],
    ['SMTP_URL', ['mail.example.com', 'http://mail.example.com', 'smtp://']],
    ['MAIL_FROM', ['nobody', 'Example <nobody>', 'a@example.com, b@example.com']],
    ['S3_BUCKET_URL', ['avatars']],
    ['TRUSTED_PROXIES', ['everybody', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '0.0.0.0/0', '::/0']],
    ['LOG_LEVEL', ['loud']],
    ['SETTINGS', ['open', '[]', '{"registration":"maybe"}', '{"passwords":{"minLength":"12"}}']],
    ['DATABASE_CONNECTIONS', ['0', '1001', 'all']],
    ['PORT', ['-1', '65536', '4000.5', 'http']],
    ['METRICS_PORT', ['0', '65536', 'yes']],
    ['DRAIN_SECONDS', ['-1', '61', '1.5']],
    ['UV_THREADPOOL_SIZE', ['1', '0', '-4', 'many', '4.5']],
  ] as const)('reports an invalid %s without repeating its value', (name, values) => {
    for (const value of values)
      expect([value, errorOf({ [name]: value })]).toEqual([value, `${name} must be ${variables[name].form}.`])
  })
})

describe('allowed hosts', () => {
  it('reads allowed hosts from the variable and the flag', () => {
    const env = { ALLOWED_HOSTS: 'auth' }
    expect(read(env, { allowHost: ['*.tunnel.example'] }).settings.allowedHosts).toEqual([
      'auth',
      '*.tunnel.example',
    ])
    expect(readAllowedHosts(['other'], env)).toEqual(['auth', 'other'])
    expect(() => readAllowedHosts([], { ALLOWED_HOSTS: '*' })).toThrow(/^ALLOWED_HOSTS must be host names/)
  })
})

describe('SECRETS', () => {
  it('accepts random bytes in base64, base64url and hex', () => {
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      for (let round = 0; round < 200; round++)
        expect(errorOf({ SECRETS: randomBytes(32).toString(encoding) })).toBe('accepted')
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
    'Tr0ub4dor&3 is a password, even if it is as long as this one',
    randomBytes(31).toString('hex'),
    randomBytes(31).toString('base64'),
    randomBytes(16).toString('base64url').repeat(2),
  ])('rejects the weak secret %s', (text) => {
    const message = errorOf({ ...production, SECRETS: text })
    expect(message).toMatch(/^SECRETS must be at least 32 random bytes .* `openssl rand -base64 32`\.$/)
    expect(errorOf({ ...production, SECRETS: `${secret},${text}` })).toBe(message)
  })
})

it.each([
  ['colour', '{"colour":"red"}'],
  ['passwords.minLenght', '{"passwords":{"minLenght":20}}'],
  ['limits.signIn.maximum', '{"limits":{"signIn":{"max":5,"windowSeconds":60,"maximum":5}}}'],
  ['providers', '{"providers":{"google":"failing"}}'],
])('rejects the unknown setting %s in SETTINGS', (name, text) => {
  expect(errorOf({ SETTINGS: text })).toBe(`SETTINGS: unknown setting ${name}.`)
})

describe('production mode', () => {
  it('accepts all required settings, with the flag or the variable', () => {
    expect(errorOf(production)).toBe('accepted')
    const { NODE_ENV: _, ...others } = production
    expect(read(others, { production: true }).mode).toBe('production')
  })

  it.each(['SECRETS', 'PUBLIC_URL', 'WEB_URL', 'SMTP_URL', 'MAIL_FROM'])(
    'refuses to start without %s',
    (name) => {
      expect(errorOf({ ...production, [name]: '' })).toMatch(
        new RegExp(`^${name} is required in production mode. Set it to `),
      )
    },
  )

  it('requires https for all URLs except localhost', () => {
    expect(errorOf({ ...production, PUBLIC_URL: 'http://auth.example.com' })).toMatch(
      /^PUBLIC_URL must use https/,
    )
    expect(errorOf({ ...production, WEB_URL: 'http://localhost.example.com' })).toMatch(
      /^WEB_URL must use https/,
    )
    expect(
      errorOf({ ...production, CORS_ORIGINS: 'https://one.example.com,http://two.example.com' }),
    ).toMatch(/^CORS_ORIGINS must use https/)
    const local = {
      PUBLIC_URL: 'http://localhost:4020',
      CORS_ORIGINS: 'http://127.0.0.1:3000,http://tauri.localhost,capacitor://localhost',
    }
    expect(errorOf({ ...production, ...local })).toBe('accepted')
  })

  it('reports all missing and invalid variables at once, one per line', () => {
    const message = errorOf({
      NODE_ENV: 'production',
      SECRETS: 'short',
      WEB_URL: 'http://app.example.com',
      GITHUB_CLIENT_ID: 'a',
    })
    expect(message.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'SECRETS',
      'GITHUB_CLIENT_ID',
      'PUBLIC_URL',
      'SMTP_URL',
      'MAIL_FROM',
      'WEB_URL',
    ])
  })

  it('rejects data in memory', () => {
    expect(errorOf(production, { data: null })).toMatch(/--memory/)
  })
})

it.each([
  ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
  ['GITHUB_CLIENT_SECRET', 'GITHUB_CLIENT_ID'],
  ['S3_BUCKET_URL', 'S3_ACCESS_KEY_ID'],
])('rejects %s without %s', (one, other) => {
  expect(errorOf({ [one]: 'https://text.example.com' })).toBe(
    `${one} is set without ${other}. Set both or neither.`,
  )
})

it('ignores the database and the public URL for servers that share a process', () => {
  expect(read({ ...production, DATABASE: 'one.db' }, { isOneOfSeveral: true })).toMatchObject({
    mode: 'development',
    settings: { store: 'data/some.db' },
  })
  expect(read(production, { isOneOfSeveral: true }).settings).not.toHaveProperty('publicUrl')
})

it('matches the table of settings in README.md', () => {
  const readme = readFileSync(new URL('../../src/server/README.md', import.meta.url), 'utf8')
  const expected = Object.entries(variables).map(
    ([name, variable]) => `| \`${name}\` | ${variable.description} | ${variable.default} |`,
  )
  const rows = readme.split('\n').filter((line) => /^\| `[A-Z0-9_]+` \|/.test(line))
  expect(rows, 'Replace the rows of the table in src/server/README.md with the expected ones').toEqual(
    expected,
  )
})

describe('PostgreSQL', () => {
  const url = 'postgres://auth:hidden@db.example.com:5432/auth'

  it('replaces the database file, and omits the password from its location', () => {
    const { settings, location } = read({ DATABASE_URL: url })
    expect(settings).toMatchObject({ store: url, secretFile: 'data/some.db-secret' })
    expect(location).toBe('postgres://auth@db.example.com:5432/auth')
  })

  it('prefers the URL of the flag to the variable', () => {
    expect(read({ DATABASE_URL: url }, { database: 'postgres://other/auth' }).settings.store).toBe(
      'postgres://other/auth',
    )
    expect(errorOf({}, { database: 'mysql://other/auth' })).toBe(
      'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database.',
    )
  })

  it('reads the maximum number of connections', () => {
    expect(read({ DATABASE_URL: url, DATABASE_CONNECTIONS: '3' }).settings.connections).toBe(3)
  })

  it('allows production mode without a data folder', () => {
    expect(errorOf({ ...production, DATABASE_URL: url }, { data: null })).toBe('accepted')
  })
})
