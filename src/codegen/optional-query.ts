import type { Document, Schema } from '../openapi/document.ts'
import type { ParameterValue } from '../openapi/example-request.ts'
import type { Endpoint } from '../openapi/operations.ts'
import { chooseValue, describedBy } from '../openapi/request-value.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { type Fields, parameterFields } from '../openapi/serialize.ts'
import { shortSample } from '../openapi/short-sample.ts'

/** A field of a query that a request does not send, but that an API client offers to switch on. */
export interface OptionalField {
  name: string
  value: string
  description: string
}

/**
 * Returns the parameters of the query of an operation that a request leaves out, with example values.
 * @param sent the parameters of the request
 */
export function optionalQuery(
  document: Document,
  { parameters }: Endpoint,
  sent: ParameterValue[],
): OptionalField[] {
  const sample = (schema: Schema) => shortSample(document, schema, 'request')
  return parameters
    .map((node) => resolveRef(document, node))
    .filter(({ name, in: location }) => location === 'query' && !sent.some(isNamed(name)))
    .flatMap((parameter) => {
      const value = chooseValue(document, describedBy(parameter), undefined, { isRequired: true, sample })
      const fields: Fields = value === undefined ? [] : parameterFields(parameter, value)
      const description = (parameter.description ?? '').trim()
      return (fields.length > 0 ? fields : [[parameter.name, '']]).map(([name = '', text = '']) => ({
        name,
        value: text,
        description,
      }))
    })
}

const isNamed =
  (name: string) =>
  ({ parameter }: ParameterValue): boolean =>
    parameter.in === 'query' && parameter.name === name
