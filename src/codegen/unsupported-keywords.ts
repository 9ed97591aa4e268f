import type { Oas3Rule, OasRef, Plugin, UserContext } from '@redocly/openapi-core'

/**
 * Keywords that zod schemas or OpenAPI 3.0 cannot express. If one were ignored, a server would accept values
 * that the contract rejects.
 */
const unsupported = [
  ...['exclusiveMinimum', 'exclusiveMaximum', 'contentEncoding', 'contentSchema'],
  ...['not', 'if', 'then', 'else', 'discriminator', '$defs', '$anchor', '$dynamicRef', '$dynamicAnchor'],
  ...['prefixItems', 'contains', 'minContains', 'maxContains', 'unevaluatedItems', 'unevaluatedProperties'],
  ...['patternProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas'],
]

/** Keywords that are allowed next to a reference: annotations, which do not restrict values. */
const annotationKeywords = ['$ref', 'title', 'summary', 'description', 'deprecated', 'example', 'examples']

/** Reports valid OpenAPI that the generators cannot express. */
const rule: Oas3Rule = () => ({
  MediaType: ({ schema }, context) => requireType(schema, context),
  Header: ({ schema }, context) => requireType(schema, context),
  Parameter({ schema }, context) {
    requireType(schema, context)
    const type = schema && context.resolve<{ type?: string | string[] }>(schema as OasRef).node?.type
    if ([type].flat().includes('object')) {
      const message = 'A parameter must be a string, number, boolean or array, not an object.'
      context.report({ message, location: at(context, 'schema') })
    }
  },
  ref: {
    leave(ref, context, { node, location }) {
      if (context.type.name !== 'Schema' || node === undefined || !location) return
      if (!node.type && !node.$ref) context.report({ message: typeMessage, location })
      if (node.default !== undefined)
        context.report({ message: defaultMessage, location: location.child('default').key() })
      for (const key of Object.keys(ref).filter((key) => !annotationKeywords.includes(key))) {
        const message = `${key} next to $ref would be ignored. Only annotations such as description are allowed there.`
        context.report({ message, location: at(context, key) })
      }
    },
  },
  Schema(schema, context) {
    for (const keyword of unsupported.filter((keyword) => keyword in schema)) {
      const message = `The generated code cannot express the keyword ${keyword}.`
      context.report({ message, location: at(context, keyword) })
    }
    const types = [schema.type].flat()
    if (types.filter((type) => type !== 'null').length > 1 || (types.length === 1 && types[0] === 'null')) {
      const message = "A schema must have exactly one type, with or without 'null'."
      context.report({ message, location: at(context, 'type') })
    }
    if (schema.properties && (schema.additionalProperties ?? true) !== true) {
      const message = 'An object with properties must be open. Remove additionalProperties.'
      context.report({ message, location: at(context, 'additionalProperties') })
    }
  },
})

const defaultMessage = 'A shared schema must not have a default, because its value can be required elsewhere.'
const typeMessage = 'A schema that is shared, or used for a body, parameter or header, must have a type.'

function requireType(schema: { type?: unknown; $ref?: string } | undefined, context: UserContext): void {
  if (!schema) context.report({ message: 'A schema is missing.', location: context.location })
  else if (!schema.type && !schema.$ref)
    context.report({ message: typeMessage, location: at(context, 'schema') })
}

const at = ({ location }: UserContext, key: string) => location.child(key).key()

export const unsupportedKeywords: Plugin = {
  id: 'codegen',
  rules: { oas3: { 'unsupported-keywords': rule } },
}
