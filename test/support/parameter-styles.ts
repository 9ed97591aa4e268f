import type { Document, Operation, Parameter } from '../../src/openapi/document.ts'

const items = { type: 'string', enum: ['a b', 'c'] }
const list = { schema: { type: 'array', items, minItems: 2, maxItems: 2 }, example: ['a b', 'c'] }
const object = {
  schema: {
    type: 'object',
    required: ['age', 'on'],
    additionalProperties: false,
    properties: { age: { type: 'integer' }, on: { type: 'boolean' } },
  },
  example: { age: 5, on: true },
}
const json = { content: { 'application/json': object } }

const parameters = {
  listForm: { in: 'query', ...list },
  listUnexploded: { in: 'query', ...list, explode: false },
  spaceDelimited: {
    in: 'query',
    ...list,
    schema: { ...list.schema, items: { enum: ['a', 'c'] } },
    example: ['a', 'c'],
    style: 'spaceDelimited',
  },
  pipeDelimited: { in: 'query', ...list, style: 'pipeDelimited' },
  objectForm: { in: 'query', ...object },
  objectUnexploded: { in: 'query', ...object, explode: false },
  deepObject: { in: 'query', ...object, style: 'deepObject' },
  json: { in: 'query', ...json },
  flag: { in: 'query', schema: { type: 'boolean' }, example: true },
  listHeader: { in: 'header', ...list, name: 'X-List' },
  objectHeader: { in: 'header', ...object, name: 'X-Object' },
  numberHeader: { in: 'header', schema: { type: 'integer' }, example: 5, name: 'X-Number' },
  textCookie: { in: 'cookie', schema: { const: 'a; "b"%' } },
  listCookie: { in: 'cookie', ...list },
  objectCookie: { in: 'cookie', ...object },
  jsonCookie: { in: 'cookie', ...json },
  pathList: { in: 'path', ...list },
  pathObject: { in: 'path', ...object, explode: true },
  pathLabel: { in: 'path', ...list, style: 'label', explode: true },
  pathSuffix: { in: 'path', schema: { const: 'a b' } },
  pathMatrix: { in: 'path', schema: { type: 'integer' }, example: 5, style: 'matrix' },
} satisfies Record<string, Omit<Parameter, 'name'> & { name?: string }>

/** The operations of the contract, each of which has one required parameter. */
export const operationIds = Object.keys(parameters) as (keyof typeof parameters)[]

const operationOf = (operationId: string, parameter: Omit<Parameter, 'name'>): Operation => ({
  operationId,
  parameters: [{ name: operationId, required: true, ...parameter }],
  responses: { 204: { description: 'OK' } },
})

/** A contract in which only the right style of a parameter has a valid value. */
export const parameterStyles: Document = {
  openapi: '3.1.0',
  info: { title: 'Styles', version: '1' },
  paths: Object.fromEntries(
    Object.entries(parameters).map(([id, parameter]) => [
      parameter.in === 'path' ? `/${id}/{${id}}${id === 'pathSuffix' ? '.xml' : ''}` : `/${id}`,
      { get: operationOf(id, parameter) },
    ]),
  ),
  components: {},
}
