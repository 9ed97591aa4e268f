import { basePathOf } from '../openapi/base-path.ts'
import { requirementsOf } from '../openapi/credentials.ts'
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
import { isJson } from '../openapi/media-type.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { isRef, refName, resolveRef } from '../openapi/resolve-ref.ts'
import { type Code, call, cast, print, propertyAccess, raw } from './code.ts'
import { coerceText, coercionHelpers, itemSeparator } from './coercion.ts'
import type { DefaultOf } from './defaults.ts'
import type { FileStyle } from './header.ts'
import { usedHelpers } from './helper-code.ts'
import type { Names } from './names.ts'
import { zodName } from './schemas.ts'

type Properties = Record<string, Code>

/**
 * Renders `routes.ts` with the routes, schemas and security schemes of a contract.
 * @param leftOut the operations that the document lacks, because the code cannot express them
 */
export function renderRoutes(
  document: Document,
  names: Names,
  defaultOf: DefaultOf,
  { header, library, importExtension }: FileStyle,
  leftOut: readonly Endpoint[],
): string {
  const render = createRenderers(document, names, defaultOf)
  const {
    schemas,
    headers,
    parameters,
    requestBodies,
    responses,
    securitySchemes = {},
  } = document.components ?? {}
  const renderAll = <T extends object>(
    nodes: Record<string, T | Ref> | undefined,
    renderNode: (node: T) => Code,
  ) => mapValues(nodes, (node) => renderNode(resolveRef(document, node)))
  const constants: Record<string, Properties> = {
    headers: renderAll<Header>(headers, render.field),
    parameters: renderAll<Parameter>(parameters, render.field),
    requestBodies: renderAll<RequestBody>(requestBodies, render.requestBody),
    responses: renderAll<Response>(responses, render.response),
  }
  const routes = endpointsOf(document).map((endpoint) => [
    endpoint.operation.operationId,
    render.route(endpoint),
  ])
  const basePath = basePathOf(document)
  const code = [
    ...(basePath === ''
      ? []
      : [
          `/** The path of the first server, to which the paths of the routes are appended. */
export const basePath = ${print(basePath)}`,
        ]),
    `/** The schemas with their OpenAPI names and metadata, because zod does not keep all of it. */
export const schemas = ${print(mapValues(schemas, render.namedSchema))}`,
    `export const securitySchemes = ${print(mapValues(securitySchemes, (scheme) => ({ ...scheme })))} as const`,
    ...Object.entries(constants)
      .filter(([, properties]) => Object.keys(properties).length > 0)
      .map(([name, properties]) => `const ${name} = ${print(properties)}`),
    `/** The routes of all operations, by operationId. */
export const routes = ${print(Object.fromEntries(routes))}`,
    ...(leftOut.length === 0
      ? []
      : [
          `/** The operations that this code cannot express. A stub responds to them with 501. */
export const leftOut = ${print(methodsAndPaths(leftOut))} as const`,
        ]),
  ].join('\n\n')
  const imports = `import { createRoute, z } from '${library}'\nimport * as zod from './schemas${importExtension}'`
  return `${[`${header}\n${imports}`, ...usedHelpers(code, routeHelpers), code].join('\n\n')}\n`
}

function methodsAndPaths(endpoints: readonly Endpoint[]): Properties {
  return Object.fromEntries(
    endpoints.map(({ operation, method, path }) => [operation.operationId ?? '', { method, path }]),
  )
}

/** Source code for the generated file. */
const routeHelpers = {
  ...coercionHelpers,
  anyType: `/** The type of a schema that declares none, because zod-openapi needs one. */
const anyType = ['string', 'number', 'boolean', 'object', 'array', 'null']`,
}

/**
 * Creates a function for each part of a contract. Shared parts become properties of one constant per kind.
 */
function createRenderers(document: Document, { nameOf }: Names, defaultOf: DefaultOf) {
  const zodOf = (schema: Schema) => propertyAccess('zod', zodName(nameOf(schema)))
  const zodMethod = (schema: Schema, method: string) => `${print(zodOf(schema))}.${method}`

  const namedSchema = (schema: Schema, name: string): Code =>
    call(zodMethod({ $ref: `#/components/schemas/${name}` }, 'openapi'), name, metadata(schema))

  const schemaIn = (schema: Schema): Code =>
    isRef(schema)
      ? propertyAccess('schemas', refName(schema))
      : call(zodMethod(schema, 'openapi'), metadata(schema))

  /** Renders a parameter or header: a schema that converts text, with metadata. */
  const field = (node: Parameter | Header): Code => {
    const { schema: direct, name: _, in: __, ...about } = withoutExamples(node) as Partial<Parameter>
    const schema = direct ?? contentSchema(node.content)
    if (!schema) return call('z.unknown().optional().openapi', metadata({ param: about }))
    const type = resolveRef(document, schema)
    const zod = print(isRef(schema) ? propertyAccess('schemas', refName(schema)) : zodOf(schema))
    const [mediaType] = Object.keys(node.content ?? {})
    const present =
      mediaType === undefined
        ? coerceText(document, zod, schema, itemSeparator(node))
        : isJson(mediaType)
          ? `z.preprocess(parseJson, ${zod})`
          : zod
    const fallback = defaultOf(schema)
    const absent = fallback ? `.default(${print(fallback.value as Code)})` : '.optional()'
    // Prevents zod-openapi from copying the description of the schema to the parameter.
    const param = type.description ? { description: undefined, ...about } : about
    return call(
      `${present}${node.required ? '' : absent}.openapi`,
      metadata({ ...(isRef(schema) ? {} : schema), param }),
    )
  }

  const fields = (kind: string, nodes: Record<string, Parameter | Header | Ref>): Code =>
    call(
      'z.object',
      mapValues(nodes, (node) => (isRef(node) ? propertyAccess(kind, refName(node)) : field(node))),
    )

  const contentIn = (content: Content): Properties =>
    mapValues(content, (mediaType) => {
      const { schema, ...rest } = withoutExamples(mediaType)
      return { schema: schema ? schemaIn(schema) : raw('z.unknown()'), ...(rest as Properties) }
    })

  const requestBody = ({ content = {}, ...rest }: RequestBody): Properties => ({
    ...rest,
    content: contentIn(content),
  })

  const response = ({ headers, content, ...rest }: Response): Properties => ({
    ...rest,
    ...(headers && { headers: fields('headers', headers) }),
    ...(content && { content: contentIn(content) }),
  })

  const request = ({ operation: { requestBody: body }, parameters }: Endpoint): Properties => {
    const groups = Object.entries(requestGroups).map(([location, group]) => {
      const nodes = parameters.map((node) => [resolveRef(document, node), node] as const)
      const located = nodes.filter(([resolved]) => resolved.in === location)
      return [group, Object.fromEntries(located.map(([{ name }, node]) => [name, node]))] as const
    })
    const used = groups.filter(([, nodes]) => Object.keys(nodes).length > 0)
    return {
      ...Object.fromEntries(used.map(([group, nodes]) => [group, fields('parameters', nodes)])),
      ...(body && { body: isRef(body) ? propertyAccess('requestBodies', refName(body)) : requestBody(body) }),
    }
  }

  const route = (endpoint: Endpoint): Code => {
    const { parameters: _, requestBody: __, security: ___, responses, ...rest } = endpoint.operation
    const inputs = request(endpoint)
    return call('createRoute', {
      method: endpoint.method,
      path: endpoint.path,
      ...(rest as Properties),
      security: securityOf(requirementsOf(document, endpoint.operation)),
      ...(Object.keys(inputs).length > 0 && { request: inputs }),
      responses: mapValues(responses, (node) =>
        isRef(node) ? propertyAccess('responses', refName(node)) : response(node),
      ),
    })
  }
  return { namedSchema, field, requestBody, response, route }
}

/** The property of a zod-openapi request for each parameter location. */
const requestGroups = { path: 'params', query: 'query', header: 'headers', cookie: 'cookies' }

/** Renders the metadata of a schema, with a cast so that TypeScript does not compare it with zod's type. */
function metadata(schema: object): Code {
  const isTyped = 'type' in schema || Object.keys(schema).every((key) => key === 'param')
  return cast({ ...(!isTyped && { type: raw('anyType') }), ...(schema as Properties) }, 'object')
}

const contentSchema = (content: Content = {}): Schema | undefined => Object.values(content)[0]?.schema

/** Adds a cast, because TypeScript would merge the alternatives into one type with optional properties. */
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

function mapValues<T>(
  properties: Record<string, T> = {},
  change: (value: T, key: string) => Code,
): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, change(value, key)]))
}
