import type {
  Content,
  Document,
  Header,
  Parameter,
  Ref,
  RequestBody,
  Response,
  Schema,
  SecurityRequirement,
} from '../openapi/document.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { isRef, refName, resolveRef } from '../openapi/resolve-ref.ts'
import { type Code, call, cast, member, print } from './code.ts'
import { coerceText, coercionHelpers, separatorOf } from './coercion.ts'
import { fileHeader } from './header.ts'
import type { Names } from './names.ts'
import { zodName } from './schemas.ts'

type Members = Record<string, Code>

/** Writes `routes.ts`: a route definition for every operation, and the schemas and security schemes beside them. */
export function renderRoutes(variant: string, document: Document, names: Names): string {
  const write = writers(document, names)
  const {
    schemas,
    headers,
    parameters,
    requestBodies,
    responses,
    securitySchemes = {},
  } = document.components ?? {}
  const written = <T extends object>(nodes: Record<string, T | Ref> | undefined, writer: (node: T) => Code) =>
    mapValues(nodes, (node) => writer(resolveRef(document, node)))
  const constants: Record<string, Members> = {
    headers: written<Header>(headers, write.field),
    parameters: written<Parameter>(parameters, write.field),
    requestBodies: written<RequestBody>(requestBodies, write.requestBody),
    responses: written<Response>(responses, write.response),
  }
  const routes = endpointsOf(document).map((endpoint) => [
    endpoint.operation.operationId,
    write.route(endpoint),
  ])
  const code = [
    `/** The contract's schemas, each with its name and its own words, of which zod by itself keeps only a part. */
export const schemas = ${print(mapValues(schemas, write.namedSchema))}`,
    `export const securitySchemes = ${print(mapValues(securitySchemes, (scheme) => ({ ...scheme })))} as const`,
    ...Object.entries(constants)
      .filter(([, members]) => Object.keys(members).length > 0)
      .map(([name, members]) => `const ${name} = ${print(members)}`),
    `/** A route for each operation, by its operationId. */
export const routes = ${print(Object.fromEntries(routes))}`,
  ].join('\n\n')
  const imports = "import { createRoute, z } from '@hono/zod-openapi'\nimport * as zod from './schemas.ts'"
  const helpers = Object.entries(coercionHelpers).filter(([name]) =>
    new RegExp(`[( ]${name}[(),]`).test(code),
  )
  return `${[`${fileHeader(variant)}\n${imports}`, ...helpers.map(([, helper]) => helper), code].join('\n\n')}\n`
}

/** One writer for each part of a contract; a shared part is a member of the constant for its kind. */
function writers(document: Document, { nameOf }: Names) {
  const zodOf = (schema: Schema) => member('zod', zodName(nameOf(schema)))
  const zodMethod = (schema: Schema, method: string) => `${print(zodOf(schema))}.${method}`

  const namedSchema = (schema: Schema, name: string): Code =>
    call(zodMethod({ $ref: `#/components/schemas/${name}` }, 'openapi'), name, metadata(schema))

  const schemaIn = (schema: Schema): Code =>
    isRef(schema) ? member('schemas', refName(schema)) : call(zodMethod(schema, 'openapi'), metadata(schema))

  /** A parameter or header: a schema that coerces text, and its metadata. */
  const field = (node: Parameter | Header): Code => {
    const { schema = {}, name: _, in: __, ...about } = withoutExamples(node) as Partial<Parameter>
    const type = resolveRef(document, schema)
    const zod = print(isRef(schema) ? member('schemas', refName(schema)) : zodOf(schema))
    const present = coerceText(zod, type, resolveRef(document, type.items ?? {}), separatorOf(node))
    const absent = type.default === undefined ? '.optional()' : `.default(${print(type.default as Code)})`
    // Without this, zod-openapi would copy the description of the schema to the parameter.
    const param = type.description ? { description: undefined, ...about } : about
    return call(
      `${present}${node.required ? '' : absent}.openapi`,
      metadata({ ...(isRef(schema) ? {} : schema), param }),
    )
  }

  const fields = (kind: string, nodes: Record<string, Parameter | Header | Ref>): Code =>
    call(
      'z.object',
      mapValues(nodes, (node) => (isRef(node) ? member(kind, refName(node)) : field(node))),
    )

  const contentIn = (content: Content): Members =>
    mapValues(content, (mediaType) => {
      const { schema, ...rest } = withoutExamples(mediaType)
      return { ...(schema && { schema: schemaIn(schema) }), ...(rest as Members) }
    })

  const requestBody = ({ content = {}, ...rest }: RequestBody): Members => ({
    ...rest,
    content: contentIn(content),
  })

  const response = ({ headers, content, ...rest }: Response): Members => ({
    ...rest,
    ...(headers && { headers: fields('headers', headers) }),
    ...(content && { content: contentIn(content) }),
  })

  const request = ({ operation: { requestBody: body }, parameters }: Endpoint): Members => {
    const groups = Object.entries(groupOf).map(([place, group]) => {
      const members = parameters.map((node) => [resolveRef(document, node), node] as const)
      const inPlace = members.filter(([resolved]) => resolved.in === place)
      return [group, Object.fromEntries(inPlace.map(([{ name }, node]) => [name, node]))] as const
    })
    const used = groups.filter(([, nodes]) => Object.keys(nodes).length > 0)
    return {
      ...Object.fromEntries(used.map(([group, nodes]) => [group, fields('parameters', nodes)])),
      ...(body && { body: isRef(body) ? member('requestBodies', refName(body)) : requestBody(body) }),
    }
  }

  const route = (endpoint: Endpoint): Code => {
    const { parameters: _, requestBody: __, responses, security, ...rest } = endpoint.operation
    const inputs = request(endpoint)
    return call('createRoute', {
      method: endpoint.method,
      path: endpoint.path,
      ...(rest as Members),
      security: securityOf(security ?? document.security ?? []),
      ...(Object.keys(inputs).length > 0 && { request: inputs }),
      responses: mapValues(responses, (node) =>
        isRef(node) ? member('responses', refName(node)) : response(node),
      ),
    })
  }
  return { namedSchema, field, requestBody, response, route }
}

/** The member of a request that zod-openapi reads the parameters of each location from. */
const groupOf = { path: 'params', query: 'query', header: 'headers', cookie: 'cookies' }

/** The metadata of a schema, cast so that TypeScript does not compare it with zod's type. */
const metadata = (schema: object): Code => cast(schema as Members, 'object')

/** Typed, because in declarations TypeScript would add the schemes of each alternative to the others as optional members. */
function securityOf(security: SecurityRequirement[]): Code {
  const types = security.map((alternative) => print(mapValues(alternative, () => () => 'string[]')))
  return types.length > 1 ? cast(security, `(${types.join(' | ')})[]`) : security
}

function withoutExamples<T extends object>(node: T): Omit<T, 'example' | 'examples'> {
  const kept = Object.entries(node).filter(
    ([key]) => !['example', 'examples', 'x-invalid-examples'].includes(key),
  )
  return Object.fromEntries(kept) as T
}

function mapValues<T>(members: Record<string, T> = {}, change: (value: T, key: string) => Code): Members {
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, change(value, key)]))
}
