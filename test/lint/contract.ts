interface Example {
  summary?: string
  value: unknown
}

type Examples = Record<string, Example>

interface MediaType {
  schema: object
  examples?: Record<string, Example | { $ref: string }>
  'x-invalid-examples'?: Examples
}

interface Header {
  description: string
  schema: object
  examples: Examples
}

interface Response {
  description: string
  content?: Record<string, MediaType>
  headers?: Record<string, Header>
}

export interface Operation {
  operationId: string
  summary?: string
  description: string
  tags?: string[]
  security: object[] | undefined
  parameters: {
    name: string
    in: string
    description: string
    schema: object
    examples: Examples
    'x-invalid-examples': Examples
  }[]
  requestBody: { content: { 'application/json': MediaType & { examples: Examples } } }
  responses: Record<number, Response>
}

export type Contract = ReturnType<typeof contract>

/** Returns an example with a summary, which a rule demands. */
export function example(value: unknown): Example {
  return { summary: 'A sample', value }
}

/** Returns a response with JSON. */
export function json(examples: NonNullable<MediaType['examples']>, headers?: Response['headers']): Response {
  return {
    description: 'A JSON response.',
    content: { 'application/json': { schema: { type: 'object' }, examples } },
    ...(headers && { headers }),
  }
}

/** Returns the response to calls without a key. */
export function missingKey() {
  return json({ missingKey: example({}) })
}

/** Returns the JSON media type of a request body. */
export function body(operation: Operation) {
  return operation.requestBody.content['application/json']
}

/** The smallest contract that breaks no rule, with a good sample for each rule of the plugin. */
export function contract() {
  const post: Operation = {
    operationId: 'signIn',
    summary: 'Sign in',
    description: 'Opens a session. See step 2. of the guide.',
    tags: ['account'],
    security: [{ key: [] }],
    parameters: [
      {
        name: 'locale',
        in: 'query',
        description: '2-letter code of the language.',
        schema: { type: 'string' },
        examples: { ok: example('ko') },
        'x-invalid-examples': { wrongType: example(1) },
      },
      ...['header', 'cookie'].map((location) => ({
        name: `locale-${location}`,
        in: location,
        description: 'The same, in another place.',
        schema: { type: 'string', pattern: '^[a-z]{2}$' },
        examples: { ok: example('ko') },
        'x-invalid-examples': {},
      })),
    ],
    requestBody: {
      content: {
        'application/json': {
          schema: { type: 'object' },
          examples: { ok: example({ createdAt: '2026-03-04T05:06:07.000Z', on: '2026-03-04' }) },
          'x-invalid-examples': { wrongType: example(1) },
        },
      },
    },
    responses: {
      200: {
        description: '200 OK with the session.',
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Session' },
            examples: { ok: example({ id: 's1' }) },
          },
        },
      },
      400: json({ wrongType: example({}) }),
      401: missingKey(),
      413: json({ tooLarge: example({}) }),
      500: json({ internalError: example({}) }),
      503: json(
        { unavailable: { $ref: '#/components/examples/Busy' } },
        {
          'Retry-After': {
            description: 'Seconds to wait.',
            schema: { type: 'integer' },
            examples: { unavailable: example(30) },
          },
        },
      ),
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
    tags: [
      { name: 'account', description: 'Accounts' },
      { name: 'tokens', description: 'Tokens' },
    ],
    security: undefined as object[] | undefined,
    components: {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-API-Key' } },
      schemas: {
        Session: {
          type: 'object',
          description: undefined as string | undefined,
          properties: {
            id: { type: 'string', description: 'The id of the session.', pattern: '^(s|\\$)[.*+|^$1]{0,9}$' },
            token: { type: 'string', maxLength: 64, pattern: '^[a-z]+$' },
          },
        },
      },
      examples: { Busy: example({}) },
    },
    paths: { '/sign-in': { post } },
  }
}
