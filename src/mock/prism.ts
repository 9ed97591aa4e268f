import { createClientFromOperations, getHttpOperationsFromSpec, type validateInput } from './prism-http.ts'

/** Prism's model of one operation, with every `$ref` resolved. */
export type Operation = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number]
export type DeclaredResponse = Operation['responses'][number]
/** A request in Prism's form (header names in lower case, a parsed body), and its path parameters. */
export type PrismRequest = Parameters<typeof validateInput>[0]['element'] & {
  pathParameters: Record<string, string>
}
/** Selects a declared response: by default, the first success. */
export interface Choice {
  code?: string
  example?: string
  dynamic?: boolean
}

/** Loads the operations of a document. Concrete paths come first, because OpenAPI matches them first. */
export async function loadOperations(document: object): Promise<Operation[]> {
  // OpenAPI 3.1 has this dialect by default, but Prism reads schemas as draft 7 unless the document names it.
  const jsonSchemaDialect = 'https://json-schema.org/draft/2020-12/schema'
  const operations = await getHttpOperationsFromSpec(withInvalidExamples({ ...document, jsonSchemaDialect }))
  return operations.sort((a, b) => countPlaceholders(a.path) - countPlaceholders(b.path))
}

/** Creates a function that lets Prism build a response of an operation. */
export function createResponder(operation: Operation): (choice: Choice) => Promise<Response> {
  const prism = createClientFromOperations([operation], {
    isProxy: false,
    checkSecurity: false,
    validateRequest: false,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
    mock: { dynamic: false },
    logger: silentLogger,
  })
  const method = operation.method as PrismRequest['method']

  async function build({ code, example, dynamic = false }: Choice): Promise<PlainResponse> {
    const declared = operation.responses.find((response) => response.code === code)
    const inBody = (declared?.contents ?? []).flatMap(examplesOf).some(({ key }) => key === example)
    // A new object each time, because Prism modifies it.
    const mock = {
      dynamic,
      ...(code && { code: Number(code) }),
      ...(example && inBody && { exampleKey: example }),
    }
    const { status, headers, data } = await prism.request(operation.path, { method }, { mock })
    return toPlainResponse(status, { ...headers, ...namedHeaders(declared, example) }, data)
  }

  // Only dynamic responses vary, so all others are built once.
  const built = new Map<string, Promise<PlainResponse>>()
  const buildOnce = (choice: Choice) => {
    const key = `${choice.code} ${choice.example}`
    const response = built.get(key) ?? build(choice)
    built.set(key, response)
    return response
  }

  return async (choice) => {
    const { body, ...init } = await (choice.dynamic ? build(choice) : buildOnce(choice))
    return new Response(body, init)
  }
}

interface PlainResponse {
  status: number
  headers: [string, string][]
  body: string | null
}

/** Returns the named examples of a body, parameter or header, without external values. */
export function examplesOf({ examples = [] }: { examples?: Example[] }): { key: string; value: unknown }[] {
  return examples.flatMap((example) =>
    'value' in example && example.key !== unnamedExample ? [example] : [],
  )
}
type Example = NonNullable<NonNullable<DeclaredResponse['headers']>[number]['examples']>[number]

/** Returns the names of a response's examples, including those of headers, because a redirect has no body. */
export function exampleNames({ contents = [], headers = [] }: DeclaredResponse): string[] {
  return [...new Set([...contents, ...headers].flatMap(examplesOf).map(({ key }) => key))]
}

/** The key that Prism gives to an example without a name. */
const unnamedExample = '__default'

/**
 * Returns the header examples with the name of the response example, because Prism always sends the first
 * one. An optional header that has only examples of other names becomes undefined.
 */
function namedHeaders(response: DeclaredResponse | undefined, name: string | undefined) {
  const named = (response?.headers ?? []).flatMap((header) => {
    const examples = examplesOf(header)
    if (name === undefined || examples.length === 0) return []
    const example = examples.find(({ key }) => key === name)
    return example || !header.required ? [[header.name, example?.value]] : []
  })
  return Object.fromEntries(named)
}

function toPlainResponse(status: number, values: Record<string, unknown>, data: unknown): PlainResponse {
  const headers = Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    // Prism sets text/plain on a response without a body.
    .filter(([name]) => data !== undefined || name.toLowerCase() !== 'content-type')
    .map(([name, value]): [string, string] => [name, String(value)])
  if (data === undefined) return { status, headers, body: null }
  return { status, headers, body: typeof data === 'string' ? data : JSON.stringify(data) }
}

/** Merges `x-invalid-examples` into `examples`, because Prism drops extensions. */
function withInvalidExamples(document: object): object {
  return JSON.parse(JSON.stringify(document), (_key, value) =>
    value?.['x-invalid-examples']
      ? { ...value, examples: { ...value.examples, ...value['x-invalid-examples'] } }
      : value,
  )
}

const countPlaceholders = (path: string) => path.split('{').length

type Logger = NonNullable<Parameters<typeof createClientFromOperations>[1]['logger']>
const ignore = () => {}
/** Prism spends more time on logging than on mocking, and the mock reports violations itself. */
const silentLogger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  success: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
} as unknown as Logger
