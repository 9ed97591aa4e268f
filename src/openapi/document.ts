/**
 * A bundled OpenAPI 3.1 document: every `$ref` points into the document itself. The types of `openapi3-ts`
 * are not used because they declare responses as `any` and lack `info.summary`.
 */
export interface Document {
  openapi: string
  info: Info
  servers?: Server[]
  security?: SecurityRequirement[]
  paths?: Record<string, PathItem>
  components?: Components
}

export interface Server {
  url: string
  description?: string
  /** Values for the templates in the URL. */
  variables?: Record<string, { default: string; enum?: string[] }>
}

export interface Info {
  title: string
  version: string
  summary?: string
  description?: string
  license?: { name: string; identifier?: string; url?: string }
}

export interface Components {
  schemas?: Record<string, Schema>
  parameters?: Record<string, Parameter | Ref>
  headers?: Record<string, Header | Ref>
  requestBodies?: Record<string, RequestBody | Ref>
  responses?: Record<string, Response | Ref>
  examples?: Examples
  securitySchemes?: Record<string, SecurityScheme | Ref>
}

export interface Ref {
  $ref: string
  summary?: string
  description?: string
}

export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
export type Method = (typeof methods)[number]

export type PathItem = { [Name in Method]?: Operation } & { parameters?: (Parameter | Ref)[] }

export interface Operation {
  operationId?: string
  tags?: string[]
  summary?: string
  description?: string
  deprecated?: boolean
  /** False for a GET with effects, so that HEAD is rejected. */
  'x-safe'?: boolean
  /** Code that calls the operation, for reference pages. */
  'x-codeSamples'?: { lang: string; label: string; source: string }[]
  security?: SecurityRequirement[]
  parameters?: (Parameter | Ref)[]
  requestBody?: RequestBody | Ref
  responses?: Record<string, Response | Ref>
}

export interface Header extends Exemplified {
  description?: string
  required?: boolean
  explode?: boolean
  schema?: Schema
  /** The media type of a value that is not simple text, in place of `schema`. */
  content?: Content
}

export interface Parameter extends Header {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  style?: string
}

export interface RequestBody {
  description?: string
  required?: boolean
  content?: Content
}

export interface Response {
  description?: string
  headers?: Record<string, Header | Ref>
  content?: Content
}

export type Content = Record<string, MediaType>

export interface MediaType extends Exemplified {
  schema?: Schema
  encoding?: Record<string, Encoding>
}

/** How a property of a form is written. */
export interface Encoding {
  contentType?: string
  style?: string
  explode?: boolean
}

/** The examples of a parameter, header or media type. */
export interface Exemplified {
  example?: unknown
  examples?: Examples
  'x-invalid-examples'?: Examples
}

export type Examples = Record<string, { summary?: string; value?: unknown } | Ref>

export type SecurityRequirement = Record<string, string[]>

export interface SecurityScheme {
  type: string
  scheme?: string
  in?: string
  name?: string
  description?: string
  bearerFormat?: string
  'x-example'?: string
}

/** A JSON Schema of the 2020-12 dialect, in which `$ref` is an ordinary keyword. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  contentMediaType?: string
  contentEncoding?: string
  title?: string
  description?: string
  deprecated?: boolean
  default?: unknown
  const?: unknown
  enum?: unknown[]
  examples?: unknown[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  propertyNames?: Schema
  required?: string[]
  dependentRequired?: Record<string, string[]>
  dependentSchemas?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  minProperties?: number
  maxProperties?: number
  items?: Schema
  prefixItems?: Schema[]
  contains?: Schema
  minContains?: number
  uniqueItems?: boolean
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  not?: Schema
  then?: Schema
  if?: Schema
  else?: Schema
  discriminator?: { propertyName: string; mapping?: Record<string, string> }
  readOnly?: boolean
  writeOnly?: boolean
}
