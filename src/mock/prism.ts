import { createClientFromOperations, getHttpOperationsFromSpec, type validateInput } from './prism-http.ts'

/** Prism's model of one operation of a contract, every `$ref` resolved. */
export type Operation = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number]
export type DeclaredResponse = Operation['responses'][number]
/** A request in Prism's form (header names in lower case, a parsed body), and its path parameters. */
export type Call = Parameters<typeof validateInput>[0]['element'] & { pathParameters: Record<string, string> }
/** Which declared response to give; without a `code`, the first success. */
export interface Choice {
  code?: string
  example?: string
  dynamic?: boolean
}

/** The operations of a document, concrete paths before templated ones (OpenAPI 3.1.1, "Path Templating Matching"). */
export async function loadOperations(document: object): Promise<Operation[]> {
  const operations = await getHttpOperationsFromSpec(withInvalidExamples(document))
  return operations.sort((a, b) => placeholders(a.path) - placeholders(b.path))
}

/** Lets Prism build the chosen response of an operation; choosing it is up to the caller. */
export function createResponder(operation: Operation): (choice: Choice) => Promise<Response> {
  const prism = createClientFromOperations([operation], {
    isProxy: false,
    checkSecurity: false,
    validateRequest: false,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
    mock: { dynamic: false },
    logger: silent,
  })
  const method = operation.method as Call['method']

  async function ask({ code, example, dynamic = false }: Choice): Promise<Mocked> {
    const declared = operation.responses.find((response) => response.code === code)
    const inBody = (declared?.contents ?? []).flatMap(examplesOf).some(({ key }) => key === example)
    // A fresh object each time: Prism writes into it.
    const mock = {
      dynamic,
      ...(code && { code: Number(code) }),
      ...(example && inBody && { exampleKey: example }),
    }
    const { status, headers, data } = await prism.request(operation.path, { method }, { mock })
    return mockedOf(status, { ...headers, ...headersNamed(declared, example) }, data)
  }

  // Only dynamic responses differ, so Prism builds each of the others once.
  const built = new Map<string, Promise<Mocked>>()
  const recall = (choice: Choice) => {
    const key = `${choice.code} ${choice.example}`
    const response = built.get(key) ?? ask(choice)
    built.set(key, response)
    return response
  }

  return async (choice) => {
    const { body, ...init } = await (choice.dynamic ? ask(choice) : recall(choice))
    return new Response(body, init)
  }
}

interface Mocked {
  status: number
  headers: [string, string][]
  body: string | null
}

/** The named examples of a body, parameter or header. A single `example` has no name, an external one no value. */
export function examplesOf({ examples = [] }: { examples?: Example[] }): { key: string; value: unknown }[] {
  return examples.flatMap((example) =>
    'value' in example && example.key !== unnamedExample ? [example] : [],
  )
}
type Example = NonNullable<NonNullable<DeclaredResponse['headers']>[number]['examples']>[number]

/** The names of a response's examples; those of headers count, because a redirect has no body. */
export function exampleNames({ contents = [], headers = [] }: DeclaredResponse): string[] {
  return [...new Set([...contents, ...headers].flatMap(examplesOf).map(({ key }) => key))]
}

/** Prism's key of an example without a name. */
const unnamedExample = '__default'

/**
 * Prism sends the first example of every header; a named response takes the one of its name. An optional header whose
 * examples all have other names is left out.
 */
function headersNamed(response: DeclaredResponse | undefined, name: string | undefined) {
  const named = (response?.headers ?? []).flatMap((header) => {
    const examples = examplesOf(header)
    if (name === undefined || examples.length === 0) return []
    const example = examples.find(({ key }) => key === name)
    return example || !header.required ? [[header.name, example?.value]] : []
  })
  return Object.fromEntries(named)
}

function mockedOf(status: number, values: Record<string, unknown>, data: unknown): Mocked {
  const headers = Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    // Prism gives a response without a body the type text/plain.
    .filter(([name]) => data !== undefined || name.toLowerCase() !== 'content-type')
    .map(([name, value]): [string, string] => [name, String(value)])
  if (data === undefined) return { status, headers, body: null }
  return { status, headers, body: typeof data === 'string' ? data : JSON.stringify(data) }
}

/** Prism's model drops extensions, so the examples that break their schema join the others before it is built. */
function withInvalidExamples(document: object): object {
  return JSON.parse(JSON.stringify(document), (_key, value) =>
    value?.['x-invalid-examples']
      ? { ...value, examples: { ...value.examples, ...value['x-invalid-examples'] } }
      : value,
  )
}

const placeholders = (path: string) => path.split('{').length

type Logger = NonNullable<Parameters<typeof createClientFromOperations>[1]['logger']>
const ignore = () => {}
/** Prism's log costs more than its work, and the mock reports violations itself. */
const silent = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  success: ignore,
  warn: ignore,
  error: ignore,
  child: () => silent,
} as unknown as Logger
