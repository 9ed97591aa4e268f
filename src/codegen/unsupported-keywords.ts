import type { Oas3Rule, OasRef, Plugin, UserContext } from '@redocly/openapi-core'

/**
 * Keywords that cannot be carried over into zod schemas or into OpenAPI 3.0. To pass over one in silence would make a
 * server accept what the contract refuses.
 */
const KEYWORDS = [
  ...['exclusiveMinimum', 'exclusiveMaximum', 'contentEncoding', 'contentSchema'],
  ...['not', 'if', 'then', 'else', 'discriminator', '$defs', '$anchor', '$dynamicRef', '$dynamicAnchor'],
  ...['prefixItems', 'contains', 'minContains', 'maxContains', 'unevaluatedItems', 'unevaluatedProperties'],
  ...['patternProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas'],
]

/** What may stand beside a reference, because it restricts nothing. */
const BESIDE_REF = ['$ref', 'title', 'summary', 'description', 'deprecated', 'example', 'examples']

/** Refuses what is right by OpenAPI, but more than the generators can say. */
const carriedOver: Oas3Rule = () => ({
  MediaType: ({ schema }, context) => mustHaveType(schema, context),
  Header: ({ schema }, context) => mustHaveType(schema, context),
  Parameter({ schema }, context) {
    mustHaveType(schema, context)
    const type = schema && context.resolve<{ type?: string | string[] }>(schema as OasRef).node?.type
    if ([type].flat().includes('object')) {
      const message = 'A parameter is a text, number, boolean or list, not an object.'
      context.report({ message, location: at(context, 'schema') })
    }
  },
  ref: {
    leave(ref, context, { node, location }) {
      if (context.type.name !== 'Schema' || node === undefined || !location) return
      if (!node.type && !node.$ref) context.report({ message: TYPE, location })
      if (node.default !== undefined)
        context.report({ message: DEFAULT, location: location.child('default').key() })
      for (const key of Object.keys(ref).filter((key) => !BESIDE_REF.includes(key))) {
        const message = `Beside $ref, ${key} would be passed over: only a description and the like may stand there.`
        context.report({ message, location: at(context, key) })
      }
    },
  },
  Schema(schema, context) {
    for (const keyword of KEYWORDS.filter((keyword) => keyword in schema)) {
      const message = `The keyword ${keyword} cannot be carried over into what is generated.`
      context.report({ message, location: at(context, keyword) })
    }
    const types = [schema.type].flat()
    if (types.filter((type) => type !== 'null').length > 1 || (types.length === 1 && types[0] === 'null')) {
      const message = "A schema has one type, with or without 'null' beside it."
      context.report({ message, location: at(context, 'type') })
    }
    if (schema.properties && (schema.additionalProperties ?? true) !== true) {
      const message =
        'Objects with properties are open: further members can be neither described nor refused.'
      context.report({ message, location: at(context, 'additionalProperties') })
    }
  },
})

const DEFAULT = 'A shared schema has no default, because it may be used where its value is required.'
const TYPE = 'A schema that is shared, or that stands in a body, parameter or header, has a type.'

function mustHaveType(schema: { type?: unknown; $ref?: string } | undefined, context: UserContext): void {
  if (!schema) context.report({ message: 'There is no schema here.', location: context.location })
  else if (!schema.type && !schema.$ref) context.report({ message: TYPE, location: at(context, 'schema') })
}

const at = ({ location }: UserContext, key: string) => location.child(key).key()

export const limits: Plugin = { id: 'codegen', rules: { oas3: { limits: carriedOver } } }
