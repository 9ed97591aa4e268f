import { z } from 'zod'
import { zSettings } from '../../generated/_dev/schemas.ts'
import type { MailAddress } from '../adapters/mail-worker.ts'
import { canonicalEmail } from '../core/emails.ts'
import { parseNetwork } from './networks.ts'
import { unknownMember } from './operator-settings.ts'
import { looksRandom } from './secrets.ts'

export interface Variable {
  description: string
  /** For the documentation, in Markdown. */
  default: string
  /** Completes the message `PUBLIC_URL must be …`; absent where any text will do. */
  form?: string
  /** Reads the text of the variable, which is not empty. A schema with a message of its own replaces the one of `form`. */
  schema: z.ZodType<unknown, string>
}

const text = z.string()

/** Without a slash at its end. */
const httpUrl = z
  .url()
  .regex(/^https?:\/\/[^?#\s]+$/)
  .transform((url) => url.replace(/\/+$/, ''))

function wholeNumber(min: number, max: number) {
  return z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(min).max(max))
}

function listOf<Entry extends z.ZodType<unknown, string>>(entry: Entry) {
  return z
    .string()
    .transform((list) => list.split(',').map((part) => part.trim()))
    .pipe(z.array(entry))
}

const isNetwork = (text: string) => parseNetwork(text) !== undefined

const sender = z.string().transform((text, { addIssue }): MailAddress => {
  const [, name = '', angled] = /^(?:"?([^"<>]*?)"?\s*<([^<>]+)>|.*)$/.exec(text) ?? []
  const email = canonicalEmail(angled ?? text)
  if (email !== undefined) return { name: name || (email.split('@')[1] ?? ''), address: email }
  addIssue({ code: 'custom' })
  return z.NEVER
})

/** OAuth providers are configured by their credentials, and fail on their own. */
const zOperatorSettings = zSettings.omit({ providers: true })

const operatorSettings = z.string().transform((text, { addIssue }): z.output<typeof zOperatorSettings> => {
  const sent = parseJson(text)
  const { data } = zOperatorSettings.safeParse(sent)
  if (data === undefined) {
    addIssue({ code: 'custom' })
    return z.NEVER
  }
  // The schema drops unknown members in silence.
  const unknown = unknownMember(sent, data)
  if (unknown === undefined) return data
  addIssue({ code: 'custom', message: `SETTINGS: there is no setting ${unknown}.` })
  return z.NEVER
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const none = 'none'
const generated = 'made at the first start and kept beside the database; required in production'
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof levels)[number]

/** Every environment variable that a server reads. */
export const variables = {
  NODE_ENV: {
    description:
      '`production` is production mode, like the flag `--production`. Anything else is development mode.',
    default: 'development',
    schema: text,
  },
  DATABASE: {
    description: 'The database file. It is made when there is none, readable by its owner alone.',
    default: '`<api>.db` in the folder of `--data`',
    schema: text,
  },
  DATABASE_URL: {
    description:
      'A PostgreSQL database in place of the file. Each API has a schema of its own in it, and any number of servers may share it.',
    default: none,
    form: 'an address such as postgres://user:password@host:5432/database',
    schema: z.url().regex(/^postgres(?:ql)?:\/\/[^\s/]+\/[^\s/]+/),
  },
  DATABASE_CONNECTIONS: {
    description: 'How many connections to PostgreSQL a process opens at most.',
    default: '`10`',
    form: 'a whole number from 1 to 1000',
    schema: wholeNumber(1, 1000),
  },
  PUBLIC_URL: {
    description: "Where browsers and programs reach the server; the contract's paths come below it.",
    default: 'the address it listens on; required in production',
    form: 'an address without a query, such as https://auth.example.com',
    schema: httpUrl,
  },
  WEB_URL: {
    description: 'The frontend: mailed links and redirects lead there, and its pages may call the server.',
    default: '`http://localhost:3000`; required in production',
    form: 'an address without a query, such as https://app.example.com',
    schema: httpUrl,
  },
  CORS_ORIGINS: {
    description:
      'Further frontends with the same rights, separated by commas. In development mode every page of this machine has them.',
    default: none,
    form: 'addresses, separated by commas, such as https://admin.example.com',
    schema: listOf(httpUrl),
  },
  SECRETS: {
    description:
      'What tokens are signed and mails sealed with: 32 random bytes or more, in base64 or hexadecimal digits. Of several, separated by commas, the first one signs and all are accepted, so that they can be changed.',
    default: generated,
    form: 'at least 32 random bytes in base64 or hexadecimal digits: take what `openssl rand -base64 32` prints',
    schema: listOf(z.string().refine(looksRandom)),
  },
  SMTP_URL: {
    description: 'The mail server: `smtps://user:password@host:465`, or `smtp://...:587` for STARTTLS.',
    default: 'none: mails stay in the inbox of the development controls; required in production',
    form: 'an address that begins with smtp:// or smtps://',
    schema: z.url().regex(/^smtps?:\/\/[^\s/]+/),
  },
  MAIL_FROM: {
    description: 'The sender of mails.',
    default: 'the title of the API, at localhost; required in production',
    form: 'an address, or a name and an address: Example <no-reply@example.com>',
    schema: sender,
  },
  GOOGLE_CLIENT_ID: {
    description: 'Google as an OAuth provider.',
    default: 'none: simulated in development mode',
    schema: text,
  },
  GOOGLE_CLIENT_SECRET: { description: 'Its secret.', default: none, schema: text },
  GITHUB_CLIENT_ID: {
    description: 'GitHub as an OAuth provider.',
    default: 'none: simulated in development mode',
    schema: text,
  },
  GITHUB_CLIENT_SECRET: { description: 'Its secret.', default: none, schema: text },
  TWITTER_CLIENT_ID: {
    description: 'X (Twitter) as an OAuth provider.',
    default: 'none: simulated in development mode',
    schema: text,
  },
  TWITTER_CLIENT_SECRET: { description: 'Its secret.', default: none, schema: text },
  S3_BUCKET_URL: {
    description: 'The bucket for uploads, in any storage that speaks S3.',
    default: 'none: uploads are files beside the database',
    form: 'an address, such as https://s3.example.com/avatars',
    schema: httpUrl,
  },
  S3_REGION: { description: 'Its region.', default: '`us-east-1`', schema: text },
  S3_ACCESS_KEY_ID: { description: 'Who uploads.', default: none, schema: text },
  S3_SECRET_ACCESS_KEY: { description: 'Their secret.', default: none, schema: text },
  S3_PUBLIC_URL: {
    description: 'Where everybody can read what is in the bucket.',
    default: "the bucket's own address",
    form: 'an address, such as https://cdn.example.com',
    schema: httpUrl,
  },
  TRUSTED_PROXIES: {
    description: 'Proxies whose `X-Forwarded-For` is believed: addresses or networks, separated by commas.',
    default: 'none: the address of a client is that of its connection',
    form: 'addresses or networks, separated by commas, such as 10.0.0.0/8',
    schema: listOf(z.string().refine(isNetwork)),
  },
  SETTINGS: {
    description:
      'What operators decide, as JSON with the members of the development control `settings`: `registration`, `guests`, `passkeys`, `passwords`, `limits`, ... each where the API has a use for it.',
    default: "the contract's own",
    form: 'JSON such as {"registration":"inviteOnly","passwords":{"minLength":12}}, with the members of Settings in openapi/_dev but for "providers"',
    schema: operatorSettings,
  },
  METRICS_PORT: {
    description:
      'Prometheus metrics at `/metrics` of this port, on this machine alone. Never on the port of the API.',
    default: none,
    form: 'a whole number from 1 to 65535',
    schema: wholeNumber(1, 65_535),
  },
  DRAIN_SECONDS: {
    description:
      'How long the server still answers after SIGTERM, while `/readyz` says 503, so that load balancers notice before it closes.',
    default: '`1`',
    form: 'a whole number of seconds from 0 to 60',
    schema: wholeNumber(0, 60),
  },
  LOG_LEVEL: {
    description: 'How much is logged.',
    default: '`info`',
    form: `one of ${levels.join(', ')}`,
    schema: z.enum(levels),
  },
  UV_THREADPOOL_SIZE: {
    description: 'Threads of the process. All but one may hash passwords at the same time.',
    default: '`4`',
    form: 'a whole number from 2 to 1024',
    schema: wholeNumber(2, 1024),
  },
} satisfies Record<string, Variable>

export type Name = keyof typeof variables
export type Values = { [N in Name]?: z.output<(typeof variables)[N]['schema']> }
export type Environment = Readonly<Record<string, string | undefined>>
