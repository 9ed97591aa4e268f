import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Document, Parameter } from '../openapi/document.ts'
import { hasFields } from '../openapi/media-type.ts'
import { isOpaque } from '../openapi/read-content.ts'
import { isReserved, readParameter } from '../openapi/read-parameter.ts'
import { explainRepeatedFields } from '../openapi/repeated-fields.ts'
import { type ReadBody, schemaAt } from './body.ts'
import { credentialViolations } from './credentials.ts'
import type { MockRequest } from './mock-request.ts'
import type { Operation } from './operation.ts'
import { createSchemaValidator, type SchemaValidator } from './schema-validator.ts'
import { type Rejection, type Violation, violation } from './violations.ts'

/**
 * Validates a request against the contract. Converts the fields of a form to the types of the schema.
 * @returns undefined if the request is valid
 * @throws {InvalidContractError} if a schema is invalid
 */
export type RequestValidator = (
  operation: Operation,
  request: MockRequest,
  body: ReadBody,
) => Rejection | undefined

/**
 * Creates the validator of requests.
 * @param ignoresPatterns whether the API ignores headers and cookies that break their pattern
 */
export function createRequestValidator(document: Document, ignoresPatterns: boolean): RequestValidator {
  // Both are created at their first use, because many mocks start together.
  let strict: SchemaValidator | undefined
  let coercing: SchemaValidator | undefined
  const validateJson: SchemaValidator = (...args) => {
    strict ??= createSchemaValidator(document, { side: 'request', coerce: false })
    return strict(...args)
  }
  const validateText: SchemaValidator = (...args) => {
    coercing ??= createSchemaValidator(document, { side: 'request', coerce: true })
    return coercing(...args)
  }

  function bodyViolations({ body: declared }: Operation, { value, content }: ReadBody): Violation[] {
    if (!declared) return []
    if (value === undefined)
      return declared.required ? [violation(['request'], 'required', 'Body parameter is required')] : []
    if (content?.schema === undefined || isOpaque(content.mediaType)) return []
    if (!hasFields(content.mediaType))
      return validateJson(content.schema, value).map((error) => toViolation('body', error))
    const errors = validateText(content.schema, value)
    return withRepeatedFields(errors, content.schema, value).map((error) => toViolation('body', error))
  }

  const withRepeatedFields = (errors: SchemaError[], pointer: string, value: unknown): SchemaError[] =>
    explainRepeatedFields(
      errors,
      { document, schema: schemaAt(document, pointer), value },
      ({ instancePath }) => instancePath,
      (_, instancePath, message) => ({ instancePath, keyword: 'repeated', message, params: {} }),
    )

  function parameterViolations(
    operation: Operation,
    location: Parameter['in'],
    request: MockRequest,
  ): Violation[] {
    return operation.parameters
      .filter((parameter) => parameter.in === location && !isReserved(parameter))
      .flatMap((parameter) => {
        const name = location === 'header' ? parameter.name.toLowerCase() : parameter.name
        const schema = parameter.schema === undefined ? {} : schemaAt(document, parameter.schema)
        const value = readParameter(document, parameter, schema, request)
        if (value === undefined)
          return parameter.required
            ? [
                violation(
                  ['request', location],
                  'required',
                  `Request ${location} must have required property '${name}'`,
                ),
              ]
            : []
        if (parameter.schema === undefined) return []
        const errors = validateText(parameter.schema, value)
        const isQuery = location === 'query' && parameter.mediaType === undefined
        return (isQuery ? withRepeatedFields(errors, parameter.schema, value) : errors).map((error) =>
          toViolation(location, { ...error, instancePath: `/${name}${error.instancePath}` }),
        )
      })
      .filter(
        ({ code }) =>
          !(ignoresPatterns && code === 'pattern' && (location === 'header' || location === 'cookie')),
      )
  }

  return (operation, request, body) => {
    const missing = credentialViolations(operation, request)
    if (missing.length > 0) return { reason: 'credentials', violations: missing }
    if (body.error) return body.error
    const violations = [
      ...(body.violations ?? []),
      ...bodyViolations(operation, body),
      ...(['header', 'query', 'path', 'cookie'] as const).flatMap((location) =>
        parameterViolations(operation, location, request),
      ),
    ]
    return violations.length > 0 ? { reason: 'schema', violations } : undefined
  }
}

type SchemaError = Pick<ErrorObject, 'instancePath' | 'keyword' | 'message' | 'params'>

/** Words an error as Prism does. */
function toViolation(part: string, { instancePath, keyword, message = '', params }: SchemaError): Violation {
  const path = instancePath.split('/').filter((segment) => segment !== '')
  const kind = part === 'body' ? 'property' : 'parameter'
  const subject = ['Request', part, ...(path.length > 0 ? [kind, path.join('.')] : [])].join(' ')
  const allowed = 'allowedValues' in params ? `: ${params.allowedValues.join(', ')}` : ''
  const additional = 'additionalProperty' in params ? `; found '${params.additionalProperty}'` : ''
  const unevaluated = 'unevaluatedProperty' in params ? `: '${params.unevaluatedProperty}'` : ''
  return violation(
    ['request', part, ...path],
    keyword,
    `${subject} ${message}${allowed}${additional}${unevaluated}`,
  )
}
