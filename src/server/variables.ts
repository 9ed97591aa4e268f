import { zSettings } from '../../generated/_dev/schemas.ts'
import type { MailAddress } from '../adapters/mail-worker.ts'
import { UserError } from '../common/user-error.ts'
import { canonicalEmail } from '../core/emails.ts'
import { parseNetwork } from './networks.ts'
import { type OperatorSettings, unknownMember } from './operator-settings.ts'
import { looksRandom } from './secrets.ts'

export interface Variable<Value = unknown> {
  meaning: string
  /** In words, for the documentation. */
  default: string
  /**
   * @returns undefined for what is not such a value
   * @throws {UserError} where there is more to say about it
   */
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
  DATABASE_CONNECTIONS: variable(
    'How many connections to PostgreSQL a process opens at most.',
    '`10`',
    'a whole number from 1 to 1000',
    wholeNumber(1, 1000),
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
    'What tokens are signed and mails sealed with: 32 random bytes or more, in base64 or hexadecimal digits. Of several, separated by commas, the first one signs and all are accepted, so that they can be changed.',
    invented,
    'at least 32 random bytes in base64 or hexadecimal digits: take what `openssl rand -base64 32` prints',
    listOf((text) => (looksRandom(text) ? text : undefined)),
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
    listOf((text) => (parseNetwork(text) ? text : undefined)),
  ),
  SETTINGS: variable(
    'What operators decide, as JSON with the members of the development control `settings`: `registration`, `guests`, `passkeys`, `passwords`, `limits`, ... each where the API has a use for it.',
    "the contract's own",
    'JSON such as {"registration":"inviteOnly","passwords":{"minLength":12}}, with the members of Settings in openapi/_dev but for "providers"',
    operatorSettings,
  ),
  METRICS_PORT: variable(
    'Prometheus metrics at `/metrics` of this port, on this machine alone. Never on the port of the API.',
    none,
    'a whole number from 1 to 65535',
    wholeNumber(1, 65_535),
  ),
  DRAIN_SECONDS: variable(
    'How long the server still answers after SIGTERM, while `/readyz` says 503, so that load balancers notice before it closes.',
    '`1`',
    'a whole number of seconds from 0 to 60',
    wholeNumber(0, 60),
  ),
  LOG_LEVEL: variable('How much is logged.', '`info`', `one of ${levels.join(', ')}`, (text) =>
    levels.find((level) => level === text),
  ),
  UV_THREADPOOL_SIZE: variable(
    'Threads of the process. All but one may hash passwords at the same time.',
    '`4`',
    'a whole number from 2 to 1024',
    wholeNumber(2, 1024),
  ),
} satisfies Record<string, Variable>

export type Name = keyof typeof variables
export type Values = { [N in Name]?: NonNullable<ReturnType<(typeof variables)[N]['read']>> }
export type Environment = Readonly<Record<string, string | undefined>>

function listOf<Value>(read: (text: string) => Value | undefined) {
  return (text: string): Value[] | undefined => {
    const values = text.split(',').map((part) => read(part.trim()))
    return values.every((value) => value !== undefined) ? (values as Value[]) : undefined
  }
}

function sender(text: string): MailAddress | undefined {
  const [, name = '', angled] = /^(?:"?([^"<>]*?)"?\s*<([^<>]+)>|.*)$/.exec(text) ?? []
  const email = canonicalEmail(angled ?? text)
  return email === undefined ? undefined : { name: name || (email.split('@')[1] ?? ''), address: email }
}

function wholeNumber(min: number, max: number) {
  return (text: string): number | undefined =>
    /^\d{1,5}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined
}

/** Providers are configured with their credentials, and fail on their own. */
const zOperatorSettings = zSettings.omit({ providers: true })

function operatorSettings(text: string): OperatorSettings | undefined {
  const sent = orUndefined(() => JSON.parse(text))
  const { data } = zOperatorSettings.safeParse(sent)
  // The schema has left out what it does not know.
  const unknown = data && unknownMember(sent, data)
  if (unknown !== undefined) throw new UserError(`SETTINGS: there is no setting ${unknown}.`)
  return data
}

function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
