import type { Oas3Rule, OasRef, Plugin, UserContext } from '@redocly/openapi-core'

/**
 * Keywords that zod schemas or OpenAPI 3.0 cannot express. Ignoring one would make a server accept what the contract
 * rejects.
 */
const unsupported = [
  ...['exclusiveMinimum', 'exclusiveMaximum', 'contentEncoding', 'contentSchema'],
  ...['not', 'if', 'then', 'else', 'discriminator', '$defs', '$anchor', '$dynamicRef', '$dynamicAnchor'],
  ...['prefixItems', 'contains', 'minContains', 'maxContains', 'unevaluatedItems', 'unevaluatedProperties'],
  ...['patternProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas'],
]

/** Keywords allowed beside a reference: annotations, which restrict nothing. */
const annotationKeywords = ['$ref', 'title', 'summary', 'description', 'deprecated', 'example', 'examples']

/** Rejects valid OpenAPI that the generators cannot express. */
const rule: Oas3Rule = () => ({
  MediaType: ({ schema }, context) => mustHaveType(schema, context),
  Header: ({ schema }, context) => mustHaveType(schema, context),
  Parameter({ schema }, context) {
    mustHaveType(schema, context)
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
        const message = `${key} beside $ref would be ignored. Only annotations such as description are allowed there.`
        context.report({ message, location: at(context, key) })
      }
    },
  },
  Schema(schema, context) {
    for (const keyword of unsupported.filter((keyword) => keyword in schema)) {
      const message = `The keyword ${keyword} cannot be expressed in the generated code.`
      context.report({ message, location: at(context, keyword) })
    }
    const types = [schema.type].flat()
    if (types.filter((type) => type !== 'null').length > 1 || (types.length === 1 && types[0] === 'null')) {
      const message = "A schema has one type, with or without 'null'."
      context.report({ message, location: at(context, 'type') })
    }
    if (schema.properties && (schema.additionalProperties ?? true) !== true) {
      const message = 'Objects with properties are open: additionalProperties cannot restrict them.'
      context.report({ message, location: at(context, 'additionalProperties') })
    }
  },
})

const defaultMessage = 'A shared schema has no default, because it may be used where its value is required.'
const typeMessage = 'A schema that is shared, or used for a body, parameter or header, has a type.'

function mustHaveType(schema: { type?: unknown; $ref?: string } | undefined, context: UserContext): void {
  if (!schema) context.report({ message: 'A schema is missing.', location: context.location })
  else if (!schema.type && !schema.$ref)
    context.report({ message: typeMessage, location: at(context, 'schema') })
}

const at = ({ location }: UserContext, key: string) => location.child(key).key()

export const unsupportedKeywords: Plugin = {
  id: 'codegen',
  rules: { oas3: { 'unsupported-keywords': rule } },
}
