import type { Document, Examples, Operation, Parameter, SecurityScheme } from './document.ts'
import type { Endpoint } from './operations.ts'
import { resolveRef } from './resolve-ref.ts'

/** The request of an operation, made of its first examples. No value is encoded. */
export interface ExampleRequest {
  /** The name of the examples. */
  name: string
  /** In upper case. */
  method: string
  /** With templates such as `{userId}`. */
  path: string
  pathParameters: Record<string, string>
  query: Record<string, string>
  headers: Record<string, string>
  body?: { mediaType: string; value: unknown }
}

type Contract = Pick<Document, 'paths' | 'components' | 'security'>

/**
 * Builds the first example request of an operation, without credentials. Parameters take the example of the
 * same name; a required parameter without one takes its first example.
 */
export function firstExampleRequest(
  document: Contract,
  { path, method, operation, parameters: nodes }: Endpoint,
): ExampleRequest {
  const parameters = nodes.map((node) => resolveRef(document, node))
  const { content = {} } = operation.requestBody ? resolveRef(document, operation.requestBody) : {}
  const [[mediaType, { examples = {} }] = ['', {}]] = Object.entries(content)
  const [[bodyName, body] = []] = Object.entries(examples)
  const name = bodyName ?? parameters.flatMap((parameter) => Object.keys(parameter.examples ?? {}))[0] ?? 'ok'
  const valuesIn = (location: Parameter['in']) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === location)
        .map((parameter) => [parameter.name, parameterExample(document, parameter, name)] as const)
        .filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
  return {
    name,
    method: method.toUpperCase(),
    path,
    pathParameters: valuesIn('path'),
    query: valuesIn('query'),
    headers: valuesIn('header'),
    ...(body && { body: { mediaType, value: resolveRef(document, body).value } }),
  }
}

function parameterExample(document: object, parameter: Parameter, name: string): string | undefined {
  const examples: Examples = parameter.examples ?? {}
  const example = examples[name] ?? (parameter.required ? Object.values(examples)[0] : undefined)
  return example && String(resolveRef(document, example).value)
}

/**
 * Returns the headers that satisfy the first security requirement of an operation.
 * @param credentialOf returns the credential of a scheme; by default its example
 */
export function credentialHeaders(
  { components, security: global }: Contract,
  { security = global }: Operation,
  credentialOf = (_name: string, scheme: SecurityScheme) => scheme['x-example'] ?? '',
): Record<string, string> {
  const [requirement = {}] = security ?? []
  return Object.fromEntries(
    Object.keys(requirement).flatMap((key) => {
      const scheme = components?.securitySchemes?.[key]
      if (!scheme) return []
      const { type, in: location, name = '' } = scheme
      const credential = credentialOf(key, scheme)
      if (type === 'http') return [['Authorization', `Bearer ${credential}`]]
      if (location === 'header') return [[name, credential]]
      return location === 'cookie' ? [['Cookie', `${name}=${credential}`]] : []
    }),
  )
}
