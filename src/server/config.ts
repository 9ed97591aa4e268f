import { isIP } from 'node:net'
import { join } from 'node:path'
import { canonicalEmail } from '../core/emails.ts'
import type { MailAddress } from '../platform/mail-worker.ts'
import { withoutPassword } from '../storage/postgres/address.ts'
import { ConfigError } from './config-error.ts'
import type { Settings } from './sandbox.ts'

export interface Variable<Value = unknown> {
  meaning: string
  /** In words, for the documentation. */
  default: string
  /** @returns undefined for what is not such a value */
  read: (text: string) => Value | undefined
  /** What a value has to be: `PUBLIC_URL must be ...`. */
  form: string
}

const variable = <Value>(
  meaning: string,
  standard: string,
  form: string,
  read: (text: string) => Value | undefined,
): Variable<Value> => ({ meaning, default: standard, form, read })

const address = (text: string): string | undefined =>
  /^https?:\/\/[^?#\s]+$/.test(text) && URL.canParse(text) ? text.replace(/\/+$/, '') : undefined
const anyText = (text: string) => text

const none = 'none'
const invented = 'made at the first start and kept beside the database; required in production'
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof levels)[number]

/** Every environment variable that a server goes by. */
export const variables = {
  NODE_ENV: variable(
    '`production` is production mode, like the flag `--production`. Anything else is development mode.',
    'development',
    'a word',
    anyText,
  ),
  DATABASE: variable(
    'The database file. It is made when there is none, readable by its owner alone.',
    '`<api>.db` in the folder of `--data`',
    'a path',
    anyText,
  ),
  DATABASE_URL: variable(
    'A PostgreSQL database in place of the file. Each API has a schema of its own in it, and any number of servers may share it.',
    none,
    'an address such as postgres://user:password@host:5432/database',
    (text) => (/^postgres(?:ql)?:\/\/[^\s/]+\/[^\s/]+/.test(text) && URL.canParse(text) ? text : undefined),
  ),
  PUBLIC_URL: variable(
    "Where browsers and programs reach the server; the contract's paths come below it.",
    'the address it listens on; required in production',
    'an address without a query, such as https://auth.example.com',
    address,
  ),
  WEB_URL: variable(
    'The frontend: mailed links and redirects lead there, and its pages may call the server.',
    '`http://localhost:3000`; required in production',
    'an address without a query, such as https://app.example.com',
    address,
  ),
  CORS_ORIGINS: variable(
    'Further frontends with the same rights, separated by commas. In development mode every page of this machine has them.',
    none,
    'addresses, separated by commas, such as https://admin.example.com',
    listOf(address),
  ),
  SECRETS: variable(
    'What tokens are signed and mails sealed with: 32 random bytes or more. Of several, separated by commas, the first one signs and all are accepted, so that they can be changed.',
    invented,
    'at least 32 random bytes, such as the output of `openssl rand -base64 32`',
    listOf(secret),
  ),
  SMTP_URL: variable(
    'The mail server: `smtps://user:password@host:465`, or `smtp://...:587` for STARTTLS.',
    'none: mails stay in the inbox of the development controls; required in production',
    'an address that begins with smtp:// or smtps://',
    (text) => (/^smtps?:\/\/[^\s/]+/.test(text) && URL.canParse(text) ? text : undefined),
  ),
  MAIL_FROM: variable(
    'The sender of mails.',
    'the title of the API, at localhost; required in production',
    'an address, or a name and an address: Example <no-reply@example.com>',
    sender,
  ),
  GOOGLE_CLIENT_ID: variable(
    'Google as an OAuth provider.',
    'none: simulated in development mode',
    'text',
    anyText,
  ),
  GOOGLE_CLIENT_SECRET: variable('Its secret.', none, 'text', anyText),
  GITHUB_CLIENT_ID: variable(
    'GitHub as an OAuth provider.',
    'none: simulated in development mode',
    'text',
    anyText,
  ),
  GITHUB_CLIENT_SECRET: variable('Its secret.', none, 'text', anyText),
  TWITTER_CLIENT_ID: variable(
    'X (Twitter) as an OAuth provider.',
    'none: simulated in development mode',
    'text',
    anyText,
  ),
  TWITTER_CLIENT_SECRET: variable('Its secret.', none, 'text', anyText),
  S3_BUCKET_URL: variable(
    'The bucket for uploads, in any storage that speaks S3.',
    'none: uploads are files beside the database',
    'an address, such as https://s3.example.com/avatars',
    address,
  ),
  S3_REGION: variable('Its region.', '`us-east-1`', 'text', anyText),
  S3_ACCESS_KEY_ID: variable('Who uploads.', none, 'text', anyText),
  S3_SECRET_ACCESS_KEY: variable('Their secret.', none, 'text', anyText),
  S3_PUBLIC_URL: variable(
    'Where everybody can read what is in the bucket.',
    "the bucket's own address",
    'an address, such as https://cdn.example.com',
    address,
  ),
  TRUSTED_PROXIES: variable(
    'Proxies whose `X-Forwarded-For` is believed: addresses or networks, separated by commas.',
    'none: the address of a client is that of its connection',
    'addresses or networks, separated by commas, such as 10.0.0.0/8',
    listOf(network),
  ),
  LOG_LEVEL: variable('How much is logged.', '`info`', `one of ${levels.join(', ')}`, (text) =>
    levels.find((level) => level === text),
  ),
  UV_THREADPOOL_SIZE: variable(
    'Threads of the process. All but one may hash passwords at the same time.',
    '`4`',
    'a whole number from 2 to 1024',
    (text) =>
      /^\d{1,4}$/.test(text) && Number(text) >= 2 && Number(text) <= 1024 ? Number(text) : undefined,
  ),
} satisfies Record<string, Variable>

type Name = keyof typeof variables
type Values = { [N in Name]?: NonNullable<ReturnType<(typeof variables)[N]['read']>> }
export type Environment = Readonly<Record<string, string | undefined>>

/** What the command line says. */
export interface Flags {
  variant: string
  production?: boolean
  /** A folder for database, uploads and secrets; null keeps everything in memory. */
  data: string | null
  /** The address of a PostgreSQL database. */
  database?: string
  /** Whether it is one of several development servers in a process, which can share neither database nor address. */
  isOneOfSeveral?: boolean
}

/** Settings of a server, but for what it listens on; and what belongs to its process. */
export interface Config {
  /** Where the data is, as it may be shown. */
  place: string
  settings: Settings & Required<Pick<Settings, 'mode' | 'store'>>
  logLevel: LogLevel
  threads: number
}

/**
 * Turns environment and command line into the settings of a server. Nobody else reads the environment.
 * @throws {ConfigError} for the first thing that cannot work
 */
export function readConfig(
  { variant, production = false, data, database, isOneOfSeveral = false }: Flags,
  env: Environment = process.env,
): Config {
  const own = database === undefined ? env : { ...env, DATABASE_URL: database }
  const values = readVariables(isOneOfSeveral ? { ...env, ...ofOneServer } : own)
  const mode = production || values.NODE_ENV === 'production' ? 'production' : 'development'
  if (mode === 'production') requireForProduction(values, data)
  const { PUBLIC_URL, WEB_URL, CORS_ORIGINS, SECRETS, SMTP_URL, MAIL_FROM, TRUSTED_PROXIES } = values
  const file = values.DATABASE ?? join(data ?? '', `${variant}.db`)
  const store = values.DATABASE_URL ?? (data === null ? ':memory:' : file)
  const files = s3Of(values) ?? (data === null ? undefined : `${file}-uploads`)
  return {
    settings: {
      mode,
      store,
      ...(PUBLIC_URL !== undefined && { publicUrl: PUBLIC_URL }),
      ...(WEB_URL !== undefined && { webUrl: WEB_URL }),
      ...(CORS_ORIGINS !== undefined && { origins: CORS_ORIGINS }),
      ...(SECRETS !== undefined && { secrets: SECRETS }),
      ...(values.DATABASE_URL !== undefined && data !== null && { secretFile: `${file}-secret` }),
      mail: {
        ...(SMTP_URL !== undefined && { smtpUrl: SMTP_URL }),
        ...(MAIL_FROM !== undefined && { sender: MAIL_FROM }),
      },
      oauth: {
        google: credentialsOf(values, 'GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'),
        github: credentialsOf(values, 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'),
        twitter: credentialsOf(values, 'TWITTER_CLIENT_ID', 'TWITTER_CLIENT_SECRET'),
      },
      ...(files !== undefined && { files }),
      ...(TRUSTED_PROXIES !== undefined && { trustedProxies: TRUSTED_PROXIES }),
    },
    place: store === ':memory:' ? 'memory' : values.DATABASE_URL ? withoutPassword(store) : store,
    logLevel: values.LOG_LEVEL ?? 'info',
    threads: values.UV_THREADPOOL_SIZE ?? 4,
  }
}

const ofOneServer = {
  NODE_ENV: undefined,
  DATABASE: undefined,
  DATABASE_URL: undefined,
  PUBLIC_URL: undefined,
}

function readVariables(env: Environment): Values {
  const values: Record<string, unknown> = {}
  for (const [name, { form, read }] of Object.entries(variables)) {
    const text = env[name]?.trim() ?? ''
    if (text === '') continue
    const value = read(text)
    // A secret is not repeated where it is wrong.
    if (value === undefined) throw new ConfigError(`${name} must be ${form}.`)
    values[name] = value
  }
  return values
}

function requireForProduction(values: Values, data: string | null): void {
  if (data === null && values.DATABASE_URL === undefined)
    throw new ConfigError('Production mode needs a database that stays: leave --memory out.')
  for (const name of ['SECRETS', 'PUBLIC_URL', 'WEB_URL', 'SMTP_URL', 'MAIL_FROM'] as const)
    if (values[name] === undefined)
      throw new ConfigError(`${name} is missing, which production mode needs: ${variables[name].form}.`)
  for (const name of ['PUBLIC_URL', 'WEB_URL'] as const)
    if (!/^(?:https:|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$))/.test(values[name] ?? ''))
      throw new ConfigError(`${name} must begin with https:// in production mode, unless it is this machine.`)
}

function credentialsOf(values: Values, id: Name, secretName: Name) {
  const [clientId, clientSecret] = [
    values[id] as string | undefined,
    values[secretName] as string | undefined,
  ]
  requireBoth(values, id, secretName)
  return clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : undefined
}

function s3Of(values: Values) {
  const {
    S3_BUCKET_URL,
    S3_REGION = 'us-east-1',
    S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY,
    S3_PUBLIC_URL,
  } = values
  requireBoth(values, 'S3_BUCKET_URL', 'S3_ACCESS_KEY_ID')
  requireBoth(values, 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY')
  if (S3_BUCKET_URL === undefined || S3_ACCESS_KEY_ID === undefined || S3_SECRET_ACCESS_KEY === undefined)
    return undefined
  return {
    bucketUrl: S3_BUCKET_URL,
    region: S3_REGION,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    publicUrl: S3_PUBLIC_URL,
  }
}

function requireBoth(values: Values, one: Name, other: Name): void {
  const [present, missing] = values[one] === undefined ? [other, one] : [one, other]
  if (values[present] !== undefined && values[missing] === undefined)
    throw new ConfigError(`${missing} is missing, which ${present} needs. Set both or neither.`)
}

function listOf<Value>(read: (text: string) => Value | undefined) {
  return (text: string): Value[] | undefined => {
    const values = text.split(',').map((part) => read(part.trim()))
    return values.every((value) => value !== undefined) ? (values as Value[]) : undefined
  }
}

/** Long enough, and not one that somebody typed to have one. */
function secret(text: string): string | undefined {
  return Buffer.byteLength(text) >= 32 && new Set(text).size >= 10 ? text : undefined
}

function sender(text: string): MailAddress | undefined {
  const [, name = '', angled] = /^(?:"?([^"<>]*?)"?\s*<([^<>]+)>|.*)$/.exec(text) ?? []
  const email = canonicalEmail(angled ?? text)
  return email === undefined ? undefined : { name: name || (email.split('@')[1] ?? ''), address: email }
}

function network(text: string): string | undefined {
  const [ip = '', prefix, ...others] = text.split('/')
  const bits = isIP(ip) === 6 ? 128 : 32
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
  return isIP(ip) !== 0 && isPrefix && others.length === 0 ? text : undefined
}
