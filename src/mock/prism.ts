import { createClientFromOperations } from '@stoplight/prism-http/dist/client.js'
import { getHttpOperationsFromSpec } from '@stoplight/prism-http/dist/utils/operations.js'
import type { validateInput } from '@stoplight/prism-http/dist/validator/index.js'

/** Prism's model of one operation of a contract, every `$ref` resolved. */
export type Operation = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number]
export type DeclaredResponse = Operation['responses'][number]
/** A request as Prism sees it (header names in lower case, the body parsed when it is JSON), and its path parameters. */
export type Call = Parameters<typeof validateInput>[0]['element'] & { pathParameters: Record<string, string> }
/** Which declared answer to give; without a `code`, the first success. */
export type Choice = { code?: string; example?: string; dynamic?: boolean }

/** The operations of an OpenAPI document, concrete paths before templated ones (OpenAPI 3.1.1, "Path Templating Matching"). */
export async function loadOperations(document: object): Promise<Operation[]> {
  const operations = await getHttpOperationsFromSpec(withInvalidExamples(document))
  return operations.sort((a, b) => placeholders(a.path) - placeholders(b.path))
}

/** Lets Prism give the chosen answer of an operation; what the request deserves is decided before. */
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

  async function ask({ code, example, dynamic = false }: Choice): Promise<Answer> {
    const declared = operation.responses.find((response) => response.code === code)
    const inBody = (declared?.contents ?? []).flatMap(examplesOf).some(({ key }) => key === example)
    // A fresh object each time: Prism writes into it.
    const mock = {
      dynamic,
      ...(code && { code: Number(code) }),
      ...(example && inBody && { exampleKey: example }),
    }
    const { status, headers, data } = await prism.request(operation.path, { method }, { mock })
    return answerOf(status, { ...headers, ...headersNamed(declared, example) }, data)
  }

  // What is not dynamic is the same every time, so Prism is asked for each answer once.
  const answers = new Map<string, Promise<Answer>>()
  const recall = (choice: Choice) => {
    const key = `${choice.code} ${choice.example}`
    const answer = answers.get(key) ?? ask(choice)
    answers.set(key, answer)
    return answer
  }

  return async (choice) => {
    const { body, ...init } = await (choice.dynamic ? ask(choice) : recall(choice))
    return new Response(body, init)
  }
}

type Answer = { status: number; headers: [string, string][]; body: string | null }

/** The named examples of a body, parameter or header. A lone `example` has no name, an external one no value. */
export function examplesOf({ examples = [] }: { examples?: Example[] }): { key: string; value: unknown }[] {
  return examples.flatMap((example) => ('value' in example && example.key !== UNNAMED ? [example] : []))
}
type Example = NonNullable<NonNullable<DeclaredResponse['headers']>[number]['examples']>[number]

/** What Prism calls an example that has no name. */
const UNNAMED = '__default'

/**
 * Prism sends the first example of every header; an answer that is asked for by name takes the one of its name. A header that
 * is optional, and has examples for other names only, is not sent with it.
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

function answerOf(status: number, values: Record<string, unknown>, data: unknown): Answer {
  const headers = Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    // Prism calls an answer without a body text/plain.
    .filter(([name]) => data !== undefined || name.toLowerCase() !== 'content-type')
    .map(([name, value]): [string, string] => [name, String(value)])
  if (data === undefined) return { status, headers, body: null }
  return { status, headers, body: typeof data === 'string' ? data : JSON.stringify(data) }
}

/** Prism's model forgets extensions, so the examples that break their schema join the others before it is built. */
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
/** Prism's running commentary costs more than its work; what a caller must know, the mock says itself. */
const silent = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  success: ignore,
  warn: ignore,
  error: ignore,
  child: () => silent,
} as unknown as Logger
