import { beforeAll, expect, it } from 'vitest'
import { body, type Contract, contract, example, json, missingKey, type Operation } from './contract.ts'
import { lint } from './run-redocly.ts'

type Mutate = (operation: Operation, document: Contract) => void

/** Each mutation breaks the named rule in a contract that is otherwise valid. */
const mutations: [rule: string, what: string, mutate: Mutate][] = [
  [
    'rule/operation-id-casing',
    'an operationId in PascalCase',
    (operation) => (operation.operationId = 'SignIn'),
  ],
  [
    'rule/operation-id-vocabulary',
    'an unknown operationId',
    (operation) => (operation.operationId = 'logInSomehow'),
  ],
  [
    'rule/summary-sentence-case',
    'a lower-case summary with a full stop',
    (operation) => (operation.summary = 'sign in.'),
  ],
  ['rule/summary-sentence-case', 'an operation without a summary', (operation) => delete operation.summary],
  ['rule/one-tag', 'two tags', (operation) => (operation.tags = ['account', 'tokens'])],
  ['rule/one-tag', 'an empty list of tags', (operation) => (operation.tags = [])],
  ['rule/one-tag', 'an operation without tags', (operation) => delete operation.tags],
  [
    'rule/media-type-has-examples',
    'a response without examples',
    (operation) => delete operation.responses[200]?.content?.['application/json']?.examples,
  ],
  [
    'operation-4xx-response',
    'an operation without a 4xx response',
    (operation) => (operation.responses = { 200: json({ ok: example({}) }) }),
  ],
  [
    'auth-contracts/unauthorizedResponse',
    'a missing 401 where the operation declares security',
    (operation) => delete operation.responses[401],
  ],
  [
    'auth-contracts/unauthorizedResponse',
    'a missing 401 where the document declares security',
    (operation, document) => {
      delete operation.responses[401]
      document.security = operation.security
      operation.security = undefined
    },
  ],
  ['auth-contracts/commonResponses', 'a missing 413', (operation) => delete operation.responses[413]],
  ['auth-contracts/successResponse', 'a missing 2xx', (operation) => delete operation.responses[200]],
  [
    'auth-contracts/retryAfter',
    'a 503 without Retry-After',
    (operation) => delete operation.responses[503]?.headers,
  ],
  [
    'auth-contracts/pairedExamples',
    'a request example without a response example',
    (operation) => (body(operation).examples.orphan = example({})),
  ],
  [
    'auth-contracts/pairedExamples',
    'an invalid request example without a response example',
    (operation) => (body(operation)['x-invalid-examples'] = { orphan: example(1) }),
  ],
  [
    'auth-contracts/pairedExamples',
    'a success example without a request example',
    (operation) => (operation.responses[200] = json({ ok: example({}), unasked: example({}) })),
  ],
  [
    'auth-contracts/bodySchemaDescription',
    'a described request body schema',
    (operation) => (body(operation).schema = { type: 'object', description: 'Credentials.' }),
  ],
  [
    'auth-contracts/bodySchemaDescription',
    'a described response body schema behind a $ref',
    (_, document) => (document.components.schemas.Session.description = 'A session.'),
  ],
  [
    'auth-contracts/bodySchemaDescription',
    'a description next to the $ref of a body schema',
    (operation) => (body(operation).schema = { $ref: '#/components/schemas/Session', description: 'New.' }),
  ],
  [
    'auth-contracts/bodySchemaDescription',
    'a described body schema of a +json media type',
    (operation) => {
      const schema = { type: 'object', description: 'A problem.' }
      operation.responses[401] = {
        description: 'Missing key.',
        content: { 'application/problem+json': { schema, examples: { missingKey: example({}) } } },
      }
    },
  ],
  [
    'auth-contracts/exampleSummary',
    'a request example without a summary',
    (operation) => delete body(operation).examples.ok?.summary,
  ],
  [
    'auth-contracts/exampleSummary',
    'an invalid request example without a summary',
    (operation) => delete body(operation)['x-invalid-examples']?.wrongType?.summary,
  ],
  [
    'auth-contracts/exampleSummary',
    'a response example with an empty summary',
    (operation) => (operation.responses[200] = json({ ok: { summary: ' ', value: {} } })),
  ],
  [
    'auth-contracts/exampleSummary',
    'an example without a summary behind a $ref',
    (_, document) => delete document.components.examples.Busy.summary,
  ],
  [
    'auth-contracts/exampleSummary',
    'a parameter example without a summary',
    (operation) => delete operation.parameters[0]?.examples.ok?.summary,
  ],
  [
    'auth-contracts/exampleSummary',
    'an invalid parameter example without a summary',
    (operation) => delete operation.parameters[0]?.['x-invalid-examples'].wrongType?.summary,
  ],
  [
    'auth-contracts/exampleSummary',
    'a header example without a summary',
    (operation) => delete operation.responses[503]?.headers?.['Retry-After']?.examples.unavailable?.summary,
  ],
  [
    'auth-contracts/descriptionStart',
    'a response description that starts with a number and a full stop',
    (operation) => (operation.responses[401] = { ...missingKey(), description: '401. Missing key.' }),
  ],
  [
    'auth-contracts/descriptionStart',
    'a property description that starts with a number and a full stop',
    (_, document) => (document.components.schemas.Session.properties.id.description = '1. The id'),
  ],
  [
    'auth-contracts/descriptionStart',
    'an info description that starts with a number and a full stop',
    (_, document) => (document.info.description = '\n2. Second.'),
  ],
  [
    'auth-contracts/quotedTimestamps',
    'an unquoted timestamp',
    (operation) => (body(operation).examples.ok = example({ createdAt: 'UNQUOTED2026-03-04T05:06:07.000Z' })),
  ],
  [
    'auth-contracts/quotedTimestamps',
    'an unquoted date',
    (operation) => (body(operation).examples.ok = example({ createdAt: 'UNQUOTED2026-03-04' })),
  ],
  ...[
    ['[a-z]{1,9}$', 'a pattern without ^'],
    ['^[a-z]{1,9}', 'a pattern without $'],
    ['^[a-z]{1,9}\\$', 'a pattern that ends with an escaped $'],
    ['^a( |$)', 'a pattern with an anchor in a group'],
    ['^a|b$', 'a pattern with alternatives at the top'],
    ['^a.b$', 'a pattern with a full stop'],
    ['^a.*b$', 'a pattern with .*'],
    ['^[a-z]+$', 'a pattern with an unbounded class'],
    ['^(a[b-z]){1,}$', 'a pattern with {1,}'],
    ['^[a-z]{1,1001}$', 'a pattern with more than 1000 repetitions'],
    ['^[a-z]{1001}$', 'a pattern with exactly 1001 repetitions'],
  ].map(([pattern = '', what = '']): (typeof mutations)[number] => [
    'auth-contracts/boundedPatterns',
    what,
    (_, document) => (document.components.schemas.Session.properties.id.pattern = pattern),
  ]),
  ...(
    [
      ['header', undefined, 'a header parameter without a pattern'],
      ['cookie', undefined, 'a cookie parameter without a pattern'],
      ['header', '^[ -~]{1,9}$', 'a header parameter whose pattern allows spaces'],
      ['header', '^[^ -]{1,9}$', 'a header parameter whose pattern allows control characters'],
      ['cookie', '^[!-~]{1,9}$', 'a cookie parameter whose pattern allows semicolons'],
    ] as const
  ).map(([location, pattern, what]): (typeof mutations)[number] => [
    'auth-contracts/visibleAsciiParameters',
    what,
    ({ parameters: [parameter] }) => {
      Object.assign(parameter ?? {}, { in: location, schema: { type: 'string', pattern } })
    },
  ]),
  [
    'auth-contracts/boundedPatterns',
    'two unbounded classes with a maxLength',
    (_, document) => (document.components.schemas.Session.properties.token.pattern = '^[a-z]+[a-z0-9]+$'),
  ],
  [
    'no-invalid-media-type-examples',
    'an example that its schema rejects',
    (operation) => (operation.responses[200] = json({ ok: example('not an object') })),
  ],
]

/** The rules that each contract breaks, from a single run of redocly. The first contract is valid. */
let brokenRules: string[][] = []

beforeAll(() => {
  brokenRules = lint([contract(), ...mutations.map(([, , mutate]) => mutated(mutate))])
})

it('accepts a contract that follows every rule', () => {
  expect(brokenRules[0]).toEqual([])
})

it.each(mutations.map(([rule, what], index) => [rule, what, index + 1] as const))(
  '%s rejects %s',
  (rule, _, index) => {
    expect(brokenRules[index]).toContain(rule)
  },
)

function mutated(mutate: Mutate): Contract {
  const document = contract()
  mutate(document.paths['/sign-in'].post, document)
  return document
}
