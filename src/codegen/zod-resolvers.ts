import type { Plugins } from '@hey-api/openapi-ts'
import type { Extensions } from './normalize-schema.ts'

type Resolvers = Plugins.Zod.Resolvers
type Context = Parameters<NonNullable<Resolvers['string' | 'array' | 'object']>>[0]
type Chain = Context['chain']['current']

/** Makes the generated schemas follow JSON Schema where zod's methods differ. */
export const zodResolvers = {
  string(context) {
    const { format } = context.nodes
    context.nodes.length = () => undefined
    context.nodes.minLength = (at) => check(at, at.chain.current, 'minLength', at.schema.minLength)
    context.nodes.maxLength = (at) => check(at, at.chain.current, 'maxLength', at.schema.maxLength)
    context.nodes.format = (at) => {
      const { $, symbols, schema } = at
      if (schema.format === 'email')
        return $(symbols.z)
          .attr('email')
          .call($.object().prop('pattern', $('email')))
      if (schema.format === 'uuid') return $(symbols.z).attr('guid').call()
      return format(at)
    }
    // JSON Schema patterns are Unicode patterns (JSON Schema Core 2020-12, section 6.4).
    context.nodes.pattern = ({ $, chain, schema: { pattern } }) =>
      pattern ? chain.current.attr('regex').call($.regexp(pattern, 'u')) : undefined
    return undefined
  },
  array(context) {
    const { base } = context.nodes
    const { 'x-unique-items': unique } = context.schema as Extensions
    context.nodes.base = (at) => (unique ? base(at).attr('check').call(at.$('uniqueItems')) : base(at))
    return undefined
  },
  object(context) {
    const { base, shape } = context.nodes
    const { 'x-min-properties': minimum, 'x-max-properties': maximum } = context.schema as Extensions
    if (minimum === undefined && maximum === undefined) return undefined
    context.nodes.base = (at) => {
      // Unknown properties count, so they must not be dropped before the check.
      const isRecord = base(at)
      const object = at.schema.properties ? at.$(at.symbols.z).attr('looseObject').call(shape(at)) : isRecord
      const atLeast = check(at, object, 'minProperties', minimum) ?? object
      return check(at, atLeast, 'maxProperties', maximum) ?? atLeast
    }
    return undefined
  },
  union(context) {
    const { base } = context.nodes
    const { 'x-one-of': isExclusive } = context.parentSchema as Extensions
    context.nodes.base = (at) => {
      const branches = at.childResults.map(({ chain }) => chain)
      const hasNull = at.schemas.some(({ type }) => type === 'null')
      if (!isExclusive || hasNull || branches.length < 2) return base(at)
      return at
        .$(at.symbols.z)
        .attr('xor')
        .call(
          at.$.array()
            .pretty()
            .elements(...branches),
        )
    }
    return undefined
  },
} satisfies Resolvers

/** Renders `schema.check(helper(limit))`. */
function check(
  { $ }: Context,
  schema: Chain,
  helper: keyof typeof resolverHelpers,
  limit?: number,
): Chain | undefined {
  return limit === undefined ? undefined : schema.attr('check').call($(helper).call($.literal(limit)))
}

/** Source code for the generated file. */
export const resolverHelpers = {
  email: `/** Accepts the same emails as JSON Schema validators. Zod's own rule is stricter. */
const email =
  /^[a-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i`,
  minLength: `/** Counts code points like JSON Schema. Zod counts UTF-16 units. */
const minLength = (minimum: number) => (payload: z.core.ParsePayload<string>) => {
  if ([...payload.value].length >= minimum) return
  payload.issues.push({ code: 'too_small', origin: 'string', minimum, inclusive: true, input: payload.value })
}`,
  maxLength: `/** Counts code points like JSON Schema. Zod counts UTF-16 units. */
const maxLength = (maximum: number) => (payload: z.core.ParsePayload<string>) => {
  if ([...payload.value].length <= maximum) return
  payload.issues.push({ code: 'too_big', origin: 'string', maximum, inclusive: true, input: payload.value })
}`,
  uniqueItems: `/** Implements uniqueItems, which zod does not have. */
const uniqueItems = ({ value, issues }: z.core.ParsePayload<unknown[]>) => {
  if (new Set(value.map((item) => JSON.stringify(item))).size === value.length) return
  issues.push({ code: 'custom', message: 'Items must be unique', input: value })
}`,
  minProperties: `/** Implements minProperties, which zod does not have. */
const minProperties = (minimum: number) => (payload: z.core.ParsePayload<object>) => {
  if (Object.keys(payload.value).length >= minimum) return
  payload.issues.push({ code: 'too_small', origin: 'object', minimum, inclusive: true, input: payload.value })
}`,
  maxProperties: `/** Implements maxProperties, which zod does not have. */
const maxProperties = (maximum: number) => (payload: z.core.ParsePayload<object>) => {
  if (Object.keys(payload.value).length <= maximum) return
  payload.issues.push({ code: 'too_big', origin: 'object', maximum, inclusive: true, input: payload.value })
}`,
} as const
