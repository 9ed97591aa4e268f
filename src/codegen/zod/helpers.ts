import { formatHelpers } from './strings.ts'

/** Source code of the keywords that zod does not have, for the generated file. */
export const helpers: Record<string, string> = {
  email: `/** Accepts the same emails as JSON Schema validators. Zod's own rule is stricter. */
const email =
  /^[a-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i`,
  ...formatHelpers,
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
  canonical: `/** Returns the same text for equal JSON values, whatever the order of their properties is. */
const canonical = (json: unknown): string =>
  JSON.stringify(json, (_, value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )`,
  addIssues: `/** Adds the issues of a part of a value. */
const addIssues = (
  { issues }: z.core.ParsePayload<unknown>,
  schema: z.ZodType,
  value: unknown,
  path: PropertyKey[] = [],
) => {
  for (const issue of schema.safeParse(value).error?.issues ?? [])
    issues.push({ code: 'custom', message: issue.message, path: [...path, ...issue.path], input: value })
}`,
  closed: `/**
 * Rejects unknown properties in an intersection, too, where zod accepts those that another part knows.
 */
const closed = <T extends z.ZodType>(schema: T): T =>
  z
    .unknown()
    .check((payload) => addIssues(payload, schema, payload.value))
    .pipe(schema) as never`,
  uniqueItems: `/** Implements uniqueItems, which zod does not have. */
const uniqueItems = ({ value, issues }: z.core.ParsePayload<unknown[]>) => {
  if (new Set(value.map(canonical)).size === value.length) return
  issues.push({ code: 'custom', message: 'Items must be unique', input: value })
}`,
  prefixItems: `/** Implements prefixItems. Unlike a tuple of zod, it allows fewer items. */
const prefixItems = (first: z.ZodType[], others: z.ZodType) => (payload: z.core.ParsePayload<unknown[]>) => {
  for (const [index, item] of payload.value.entries())
    addIssues(payload, first[index] ?? others, item, [index])
}`,
  contains: `/** Implements contains, which zod does not have. */
const contains =
  (schema: z.ZodType, minimum: number, maximum = Number.POSITIVE_INFINITY) =>
  ({ value, issues }: z.core.ParsePayload<unknown[]>) => {
    const count = value.filter((item) => schema.safeParse(item).success).length
    if (count >= minimum && count <= maximum) return
    issues.push({ code: 'custom', message: 'Too few or too many items of a required kind', input: value })
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
  propertyNames: `/** Implements propertyNames, which zod does not have. */
const propertyNames = (schema: z.ZodType) => (payload: z.core.ParsePayload<object>) => {
  for (const name of Object.keys(payload.value)) addIssues(payload, schema, name, [name])
}`,
  patternProperties: `/** Implements patternProperties, with the schema of all properties that are neither known nor match. */
const patternProperties =
  (patterns: [RegExp, z.ZodType][], known: string[] = [], others: z.ZodType = z.unknown()) =>
  (payload: z.core.ParsePayload<object>) => {
    for (const [name, value] of Object.entries(payload.value)) {
      const matching = patterns.filter(([pattern]) => pattern.test(name))
      for (const [, schema] of matching) addIssues(payload, schema, value, [name])
      if (matching.length === 0 && !known.includes(name)) addIssues(payload, others, value, [name])
    }
  }`,
  dependentRequired: `/** Implements dependentRequired, which zod does not have. */
const dependentRequired = (name: string, needed: string[]) => (payload: z.core.ParsePayload<object>) => {
  const names = Object.keys(payload.value)
  if (!names.includes(name)) return
  for (const missing of needed.filter((other) => !names.includes(other)))
    payload.issues.push({ code: 'custom', message: \`Required with \${name}\`, path: [missing], input: payload.value })
}`,
  dependentSchema: `/** Implements dependentSchemas, which zod does not have. */
const dependentSchema = (name: string, schema: z.ZodType) => (payload: z.core.ParsePayload<object>) => {
  if (Object.keys(payload.value).includes(name)) addIssues(payload, schema, payload.value)
}`,
  isOneOf: `/** Accepts only these values, some of which are objects or arrays. */
const isOneOf =
  (values: unknown[]) =>
  ({ value, issues }: z.core.ParsePayload<unknown>) => {
    if (values.some((each) => canonical(each) === canonical(value))) return
    issues.push({ code: 'custom', message: \`Must be one of \${JSON.stringify(values)}\`, input: value })
  }`,
  not: `/** Implements not, which zod does not have. */
const not = (schema: z.ZodType) => ({ value, issues }: z.core.ParsePayload<unknown>) => {
  if (!schema.safeParse(value).success) return
  issues.push({ code: 'custom', message: 'Has a form that is not allowed', input: value })
}`,
  conditional: `/** Implements if, then and else, which zod does not have. */
const conditional =
  (condition: z.ZodType, yes: z.ZodType, no: z.ZodType) => (payload: z.core.ParsePayload<unknown>) => {
    addIssues(payload, condition.safeParse(payload.value).success ? yes : no, payload.value)
  }`,
}
