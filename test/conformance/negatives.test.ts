import { beforeAll, describe, expect, it } from 'vitest'
import { type Contract, createContract } from '../../src/conformance/contract/contract.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { negativeCases } from '../../src/conformance/packs/negatives/index.ts'
import type { Document } from '../../src/openapi/document.ts'
import { document, notesContract } from './notes-contract.ts'
import { type Faults, startNotes } from './notes-server.ts'

let contract: Contract
beforeAll(() => {
  contract = notesContract()
})

/** Runs the pack against a server with faults. Returns the causes of the failures. */
async function violationsOf(faults: Faults): Promise<string[]> {
  const { url } = await startNotes(contract, faults)
  const { failures } = await testConformance({ contract, url, packs: ['negatives'] })
  return failures.map(({ finding }) => `${finding.check}: ${finding.message}`).sort()
}

describe('negativeCases', () => {
  it('exercises everything on a correct server and finds nothing', async () => {
    const { url } = await startNotes(contract)
    const { failures, results } = await testConformance({ contract, url, packs: ['negatives'] })
    expect(failures.map(({ finding }) => finding.message)).toEqual([])
    expect(results.filter(({ outcome }) => outcome !== 'passed').map(({ reason }) => reason)).toEqual([])
  })

  it('returns the same set each time, with unique titles', () => {
    const titles = () =>
      negativeCases(contract, undefined).map(({ operationId, title }) => `${operationId} ${title}`)
    expect(titles()).toEqual(titles())
    expect(new Set(titles()).size).toBe(titles().length)
    expect(titles()).toEqual(
      expect.arrayContaining([
        'createNote text: missing',
        'createNote text: shorter than 2',
        'createNote text: a number',
        'createNote author: no valid email',
        'createNote body: malformed JSON',
        'createNote body: larger than 64 KiB',
        'createNote Content-Type: text/plain',
        'createNote Content-Type: twice',
        'createNote Authorization: twice',
        'createNote POST without Authorization and X-Key and cookie app',
        'createNote cookie app missing (key and app)',
        'listNotes query parameter limit: twice',
        'listNotes header parameter X-Trace: missing',
        'followLink HEAD has no effect',
        'ping TRACE instead of POST',
      ]),
    )
  })

  it('violates exactly one keyword per request', async () => {
    const { url } = await startNotes(contract)
    const { results } = await testConformance({ contract, url, packs: ['negatives'] })
    const bodies = results.filter(
      ({ test }) => test.operationId === 'createNote' && /^[a-z.]+: (?!twice)/.test(test.title),
    )
    const counts = bodies.flatMap(({ exchanges, test }) => {
      const [exchange] = exchanges
      const body = exchange?.request.body ?? ''
      if (!body.startsWith('{') || /^body: (mal|a trail|larg)/.test(test.title)) return []
      const pointer = '/components/schemas/NewNote'
      const keywords = contract.checkSchema(pointer, JSON.parse(body)).map(({ pointer: keyword }) => keyword)
      return [[test.title, new Set(keywords).size]]
    })
    // A constant without a type has no other keyword, an enum has its type as well.
    expect(counts.filter(([title, count]) => count !== 1 && !String(title).startsWith('color: '))).toEqual([])
    expect(counts.length).toBeGreaterThan(60)
  })

  const accepted = (check: string, text: string) => `${check}: ${text}, but the server accepts other values.`
  const rejection = (text: string) => accepted('negative_data_rejection', text)
  const required = (text: string) => `${text} is required, but the server accepts requests without it.`
  it.for<[string, string[]]>([
    [
      'minLength',
      ['tags.0 must NOT have fewer than 1 characters', 'text must NOT have fewer than 2 characters'],
    ],
    [
      'maxLength',
      ['nickname must NOT have more than 5 characters', 'text must NOT have more than 20 characters'],
    ],
    [
      'pattern',
      [
        String.raw`code must match pattern "^[A-Z]{2}-\d+$"`,
        String.raw`header parameter X-Trace must match pattern "^t-\d+$"`,
      ],
    ],
    ['format', ['author must match format "email"', 'due must match format "date-time"']],
    ['enum', ['color must be equal to one of the allowed values: ["red","green"]']],
    ['const', ['kind must be equal to constant "note"']],
    ['minimum', ['query parameter limit must be >= 1', 'size must be >= 1']],
    ['maximum', ['query parameter limit must be <= 10', 'size must be <= 5']],
    ['exclusiveMinimum', ['weight must be > 0']],
    ['exclusiveMaximum', ['weight must be < 10']],
    ['multipleOf', ['weight must be multiple of 0.5']],
    ['minItems', ['tags must NOT have fewer than 1 items']],
    ['maxItems', ['tags must NOT have more than 3 items']],
    ['uniqueItems', ['tags must NOT have duplicate items (items ## 1 and 0 are identical)']],
    ['additionalProperties', ['body must NOT have additional properties: authContracts0']],
    ['maxProperties', ['place must NOT have more than 3 properties']],
  ])('finds a server that ignores %s', async ([keyword, expected]) => {
    expect(await violationsOf({ ignores: { keyword } })).toEqual(expected.map(rejection))
  })

  it('finds a server that ignores wrong types, null and fractions', async () => {
    for (const path of ['nickname', 'size', 'tags'])
      expect(await violationsOf({ ignores: { keyword: 'type', path } })).toEqual([
        rejection(`${path} must be ${{ nickname: 'string or null', size: 'integer', tags: 'array' }[path]}`),
      ])
  })

  it('finds a server that ignores missing fields, also of nested objects, and missing headers', async () => {
    expect(await violationsOf({ ignores: { keyword: 'required' } })).toEqual([
      `missing_required_header: ${required('header parameter X-Trace')}`,
      `negative_data_rejection: ${required('place.lat')}`,
      `negative_data_rejection: ${required('text')}`,
    ])
  })

  const everyOperation = (text: string) =>
    [
      ['createNote', 201],
      ['deleteNote', 204],
      ['getNote', 200],
      ['listNotes', 200],
    ].map(([id, status]) => `ignored_auth: ${id} answers ${status} without ${text}, not 401.`)
  it.for<[string, NonNullable<Faults['auth']>, string[]]>([
    [
      'the second credential of the second alternative',
      'keyAlone',
      everyOperation('a valid cookie app (key and app)'),
    ],
    [
      'the first credential of the second alternative',
      'anyKey',
      everyOperation('a valid X-Key (key and app)'),
    ],
    ['the end of a token', 'prefix', everyOperation('a valid Authorization (bearer)')],
    ['the authentication scheme', 'anyScheme', everyOperation('a valid Authorization (bearer)')],
    ['which kind of token an operation accepts', 'foreign', everyOperation('a valid Authorization (bearer)')],
  ])('finds a server that does not check %s', async ([, auth, expected]) => {
    expect(await violationsOf({ auth })).toEqual(expected)
  })

  it('finds a server without authentication, and one that rejects credentials with another status', async () => {
    const violations = await violationsOf({ auth: 'none' })
    expect(violations).toEqual(expect.arrayContaining(everyOperation('credentials')))
    expect(violations).toHaveLength(4 * 4)
    expect(await violationsOf({ auth: '400' })).toContain(
      'status_code_conformance: createNote answers 400 without credentials, not 401.',
    )
  })

  it.for<[string, Faults, string[]]>([
    [
      'HEAD that uses a link up',
      { head: 'effects' },
      [
        'safe_methods: HEAD on /api/links/{link} has the effect of GET: the GET after it is answered with 404.',
      ],
    ],
    [
      'another media type',
      { acceptsMediaType: 'text/plain' },
      ['negative_data_rejection: createNote accepts an invalid request (Content-Type: text/plain).'],
    ],
    [
      'malformed JSON',
      { malformed: 'accepted' },
      [
        'negative_data_rejection: createNote accepts an invalid request (body: a trailing comma).',
        'negative_data_rejection: createNote accepts an invalid request (body: malformed JSON).',
      ],
    ],
    [
      'a crash on malformed JSON',
      { malformed: 'crash' },
      [
        'not_a_server_error: The server answered 500.',
        'status_code_conformance: createNote does not declare the status 500.',
      ],
    ],
    [
      'bodies of any size',
      { unlimited: true },
      ['negative_data_rejection: createNote accepts an invalid request (body: larger than 64 KiB).'],
    ],
    [
      'a web page at unknown paths',
      { unknownPaths: true },
      [
        'status_code_conformance: The unknown path /api/auth-contracts-unknown/path is answered with 200, not 404.',
      ],
    ],
    [
      'another status than that of the examples',
      { invalidStatus: 400 },
      [
        'status_code_conformance: createNote answers invalid data with 400, not 422 as in the examples of the contract.',
      ],
    ],
    [
      'a created resource that is unavailable',
      { item: 'lost' },
      [
        'ensure_resource_availability: createNote created a resource, but deleteNote answers 404.',
        'ensure_resource_availability: createNote created a resource, but getNote answers 404.',
      ],
    ],
    [
      'a deleted resource that is still available',
      { item: 'kept' },
      [
        'use_after_free: getNote still returns the resource that deleteNote deleted.',
        'use_after_free: listNotes still lists the resource that deleteNote deleted.',
      ],
    ],
  ])('finds %s', async ([, faults, expected]) => {
    expect(await violationsOf(faults)).toEqual(expected)
  })

  it('finds undeclared methods that are accepted, also TRACE', async () => {
    for (const method of ['PUT', 'TRACE'])
      expect(await violationsOf({ acceptsMethod: method })).toEqual(
        ['/api/links/{link}', '/api/notes', '/api/notes/{noteId}', '/api/pings'].map(
          (path) =>
            `unsupported_method: ${path} does not declare ${method}, but the server answers it with 200 instead of 405.`,
        ),
      )
  })

  it('finds a 405 without Allow, and one whose Allow is wrong', async () => {
    const missing = await violationsOf({ allow: null })
    expect(missing).toContain('unsupported_method: The 405 to PUT /api/notes has no Allow header.')
    expect(missing.every((text) => text.endsWith('has no Allow header.'))).toBe(true)
    const wrong = await violationsOf({ allow: 'GET, PUT' })
    expect(wrong).toContain(
      'unsupported_method: The Allow header of /api/notes lacks POST: it is `GET, PUT`.',
    )
    expect(wrong).toContain('unsupported_method: The Allow header of /api/pings names PUT, which gets 405.')
  })

  it('names the line of the contract that the server ignores, and the request that shows it', async () => {
    const { url } = await startNotes(contract, { ignores: { keyword: 'maxLength', path: 'text' } })
    const { failures } = await testConformance({ contract, url, packs: ['negatives'] })
    const [{ finding } = { finding: undefined }] = failures
    expect(finding?.source?.pointer).toBe('/components/schemas/NewNote/properties/text/maxLength')
    expect(JSON.parse(finding?.exchange.request.body ?? '').text).toHaveLength(21)
    expect(finding?.hint).toBe('Sent: text: longer than 20. Expected: 422.')
  })

  it('judges no data when the server rejects the credentials', async () => {
    const other = structuredClone(document)
    other.components.securitySchemes.bearer['x-example'] = 'unknown'
    const stranger = createContract('notes', other as unknown as Document, JSON.stringify(other))
    const { url } = await startNotes(contract)
    const { results } = await testConformance({ contract: stranger, url, packs: ['negatives'] })
    const ofText = results.filter(({ test }) => test.title === 'text: missing')
    expect(ofText.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['notExercised', 'The server rejects the credentials of the request with 401.'],
    ])
  })
})
