import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

type Node = Record<string, unknown>

/**
 * Checks answers against a contract under a strict JSON Schema 2020-12 validator.
 * @returns what is wrong with `body` as an answer of the operation; nothing when it is as declared
 */
export function createAnswerCheck(document: { paths: Node; components: Node }) {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true })
  formats.default(ajv)
  // What OpenAPI adds to JSON Schema validates nothing; `components` is where the references of a schema lead.
  const extensions = new Set(JSON.stringify(document).match(/(?<=")x-[\w-]+(?=":)/g))
  ajv.addVocabulary(['example', 'components', ...extensions])
  return (path: string, method: string, status: number, body: string): string[] => {
    const operation = (document.paths[path] as Record<string, { responses: Node }>)[method]
    const response = resolve(document, operation?.responses[status])
    if (!response) return [`${status} is not declared`]
    const [content] = Object.values((response.content ?? {}) as Record<string, { schema: object }>)
    if (!content) return body === '' ? [] : [`${status} has a body, and none is declared`]
    const validate = ajv.compile({ ...content.schema, components: document.components })
    if (validate(JSON.parse(body))) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}

/** Follows the reference to a component that may stand in a response's place. */
function resolve(document: { components: Node }, response: unknown): Node | undefined {
  const { $ref } = (response ?? {}) as { $ref?: string }
  const name = $ref?.split('/').at(-1)
  return (name ? (document.components.responses as Node)[name] : response) as Node | undefined
}
