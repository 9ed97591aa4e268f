import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { beforeAll, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

type Break = (operation: Operation, document: Contract) => void

const breaks: [rule: string, breakIt: Break][] = [
  ['rule/operation-id-casing', (operation) => (operation.operationId = 'SignIn')],
  ['rule/operation-id-vocabulary', (operation) => (operation.operationId = 'logInSomehow')],
  ['rule/summary-sentence-case', (operation) => (operation.summary = 'sign in.')],
  ['rule/summary-sentence-case', (operation) => delete operation.summary],
  [
    'rule/media-type-has-examples',
    (operation) => delete operation.responses[200]?.content?.['application/json']?.examples,
  ],
  ['operation-4xx-response', (operation) => (operation.responses = { 200: json({ ok: { value: {} } }) })],
  ['auth-contracts/unauthorizedResponse', (operation) => delete operation.responses[401]],
  [
    'auth-contracts/unauthorizedResponse',
    (operation, document) => {
      delete operation.responses[401]
      document.security = operation.security
      operation.security = undefined
    },
  ],
  ['auth-contracts/commonResponses', (operation) => delete operation.responses[413]],
  ['auth-contracts/successResponse', (operation) => delete operation.responses[200]],
  ['auth-contracts/retryAfter', (operation) => delete operation.responses[503]?.headers],
  [
    'auth-contracts/pairedExamples',
    (operation) => (operation.requestBody.content['application/json'].examples.orphan = { value: {} }),
  ],
  [
    'auth-contracts/pairedExamples',
    (operation) =>
      (operation.requestBody.content['application/json']['x-invalid-examples'] = { orphan: { value: 1 } }),
  ],
  [
    'auth-contracts/pairedExamples',
    (operation) => (operation.responses[200] = json({ ok: { value: {} }, unasked: { value: {} } })),
  ],
  [
    'no-invalid-media-type-examples',
    (operation) => (operation.responses[200] = json({ ok: { value: 'not an object' } })),
  ],
]

/** One run over all contracts, the sound one first: the rules that each of them breaks. */
let brokenRules: string[][] = []
beforeAll(() => {
  brokenRules = lint([contract(), ...breaks.map(([, breakIt]) => broken(breakIt))])
})

it('a contract that follows every rule lints clean', () => {
  expect(brokenRules[0]).toEqual([])
})

it.each(breaks.map(([rule], index) => [rule, index + 1] as const))(
  '%s refuses a contract that breaks it (case %i)',
  (rule, index) => {
    expect(brokenRules[index]).toContain(rule)
  },
)

function broken(breakIt: Break): Contract {
  const document = contract()
  breakIt(document.paths['/sign-in'].post, document)
  return document
}

interface Report {
  problems: { ruleId: string; location: { source: { ref: string } }[] }[]
}

function lint(documents: object[]): string[][] {
  const directory = mkdtempSync(join(tmpdir(), 'auth-contracts-lint-'))
  try {
    const files = documents.map((document, index) => {
      const file = join(directory, `${index}.json`)
      writeFileSync(file, JSON.stringify(document))
      return file
    })
    const { stdout } = spawnSync(
      process.execPath,
      [
        'node_modules/@redocly/cli/bin/cli.js',
        ...['lint', '--config', 'redocly.yaml', '--format', 'json'],
        ...files,
      ],
      { cwd: root, encoding: 'utf8', env: { ...process.env, REDOCLY_TELEMETRY: 'off' } },
    )
    // The command prints one JSON object per contract, end to start.
    const reports: Report[] = JSON.parse(`[${stdout.replaceAll(/^\}\{$/gm, '},{')}]`)
    if (reports.length !== documents.length) throw new Error(`redocly lint printed ${stdout}`)
    const problems = reports.flatMap((report) => report.problems)
    return files.map((file) =>
      problems
        .filter(({ location }) => basename(location[0]?.source.ref ?? '') === basename(file))
        .map(({ ruleId }) => ruleId),
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

interface Media {
  schema: object
  examples?: Record<string, { value: unknown }>
  'x-invalid-examples'?: object
}
interface Answer {
  description: string
  content?: Record<string, Media>
  headers?: object
}
interface Operation {
  operationId: string
  summary?: string
  security: object[] | undefined
  requestBody: { content: { 'application/json': Media & { examples: Record<string, { value: unknown }> } } }
  responses: Record<number, Answer>
}
type Contract = ReturnType<typeof contract>

function json(examples: Record<string, { value: unknown }>, headers?: object): Answer {
  return {
    description: 'An answer',
    content: { 'application/json': { schema: { type: 'object' }, examples } },
    ...(headers && { headers }),
  }
}

/** The smallest contract without a fault. */
function contract() {
  const wait = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } }
  const post: Operation & Record<string, unknown> = {
    operationId: 'signIn',
    summary: 'Sign in',
    description: 'Opens a session.',
    tags: ['account'],
    security: [{ key: [] }],
    requestBody: {
      content: { 'application/json': { schema: { type: 'object' }, examples: { ok: { value: {} } } } },
    },
    responses: {
      200: json({ ok: { value: {} } }),
      401: json({ missingKey: { value: {} } }),
      413: json({ tooLarge: { value: {} } }),
      500: json({ internalError: { value: {} } }),
      503: json({ unavailable: { value: {} } }, wait),
    },
  }
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'T',
      version: '1.0.0',
      summary: 'S',
      description: 'D',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [{ name: 'account', description: 'Accounts' }],
    security: undefined as object[] | undefined,
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-API-Key' } } },
    paths: { '/sign-in': { post } },
  }
}
