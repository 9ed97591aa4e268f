/** OpenAPI 3.1, as far as the generators look into it. */
export type Document = {
  openapi: string
  jsonSchemaDialect?: string
  info: { title: string; version: string; summary?: string }
  security?: SecurityRequirement[]
  paths?: Record<string, PathItem>
  components?: Components
}
export type Components = {
  schemas?: Record<string, Schema>
  parameters?: Record<string, Parameter | Ref>
  headers?: Record<string, Header | Ref>
  requestBodies?: Record<string, RequestBody | Ref>
  responses?: Record<string, Response | Ref>
  examples?: Examples
  securitySchemes?: Record<string, object>
}
export type Ref = { $ref: string; summary?: string; description?: string }
export type PathItem = { [Name in Method]?: Operation } & { parameters?: (Parameter | Ref)[] }
export type Operation = {
  operationId?: string
  security?: SecurityRequirement[]
  parameters?: (Parameter | Ref)[]
  requestBody?: RequestBody | Ref
  responses?: Record<string, Response | Ref>
}
export type Header = {
  description?: string
  required?: boolean
  explode?: boolean
  schema?: Schema
} & Exemplified
export type Parameter = Header & { name: string; in: Location; style?: string }
export type Location = 'path' | 'query' | 'header' | 'cookie'
export type RequestBody = { description?: string; required?: boolean; content?: Content }
export type Response = { description?: string; headers?: Record<string, Header | Ref>; content?: Content }
export type Content = Record<string, MediaType>
export type MediaType = { schema?: Schema } & Exemplified
export type Exemplified = { example?: unknown; examples?: Examples; 'x-invalid-examples'?: Examples }
export type Examples = Record<string, { summary?: string; value?: unknown } | Ref>
export type SecurityRequirement = Record<string, string[]>

/** A JSON Schema of the 2020-12 dialect; a reference is one of its keywords. */
export type Schema = {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  default?: unknown
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  minProperties?: number
  maxProperties?: number
  items?: Schema
  uniqueItems?: boolean
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
export type Method = (typeof methods)[number]

export const isRef = (node: object): node is Ref => '$ref' in node && typeof node.$ref === 'string'

/** The component's name, which is the last part of a reference. */
export const refName = ({ $ref }: Ref): string => $ref.slice($ref.lastIndexOf('/') + 1)

/** What a node, or the `$ref` in its place, stands for. A bundle refers to nothing but its own components. */
export function resolve<T extends object>(document: Document, node: T | Ref): T {
  if (!isRef(node)) return node
  const [, , kind, name = ''] = node.$ref.split('/')
  const components = document.components?.[kind as keyof Components] as Record<string, T | Ref> | undefined
  const target = components?.[name]
  if (!target) throw new Error(`${node.$ref} leads nowhere.`)
  return resolve(document, target)
}

/** An operation, where it is found, and all its parameters: its own, and those of its path. */
export type Endpoint = { path: string; method: Method; operation: Operation; parameters: (Parameter | Ref)[] }

/** Every operation, in the order of the contract. */
export function endpointsOf(document: Document): Endpoint[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      if (!operation) return []
      const key = (parameter: Parameter | Ref) => {
        const { in: place, name } = resolve(document, parameter)
        return `${place} ${name}`
      }
      const own = operation.parameters ?? []
      const overridden = new Set(own.map(key))
      const shared = (item.parameters ?? []).filter((parameter) => !overridden.has(key(parameter)))
      return [{ path, method, operation, parameters: [...shared, ...own] }]
    }),
  )
}
