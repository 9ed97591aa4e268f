import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { loadContract } from '../../src/conformance/contract/load.ts'
import { guardHooks, loadHooks } from '../../src/conformance/load-hooks.ts'
import { NotExercisedError } from '../../src/conformance/test-case.ts'
import type { Hooks } from '../../src/conformance/world/hooks.ts'
import { temporaryFolder } from '../cli/child.ts'
import { startItemServer } from './item-server.ts'

/** Writes files into a folder of the test, and returns the path of the first one. */
async function write(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return join(folder, Object.keys(files)[0] ?? '')
}

const head = 'openapi: 3.1.0\ninfo: { title: T, version: 1.0.0 }\n'
const paths = (schema: string) => `paths:
  /a:
    get:
      operationId: a
      responses:
        '200':
          description: A
          content:
            application/json:
              schema: ${schema}
`
const schemaOfA = '/paths/~1a/get/responses/200/content/application~1json/schema'

describe('a contract of the user', () => {
  it.each(variantNames)('has the same operations in many files as in one (%s)', async (name) => {
    const many = await loadContract(`openapi/${name}/openapi.yaml`)
    const one = await loadContract(`generated/${name}/openapi.json`)
    expect(many.operations.map(({ id, path }) => [id, path])).toEqual(
      one.operations.map(({ id, path }) => [id, path]),
    )
    const statuses = ({ operations }: typeof one) => operations.map(({ responses }) => [...responses.keys()])
    expect(statuses(many)).toEqual(statuses(one))
  })

  it('follows references between files, in cycles, and in properties named like keywords', async () => {
    const file = await write({
      'openapi.yaml': head + paths("{ $ref: 'schemas/node.yaml' }"),
      'schemas/node.yaml': `
type: object
required: [value]
properties:
  value: { $ref: '../common/text.json#/Text' }
  example: { $ref: '../common/text.json#/Text' }
  next: { $ref: 'node.yaml' }`,
      'common/text.json': '{ "Text": {\n "type": "string",\n "maxLength": 3 } }',
    })
    const contract = await loadContract(file)
    expect(contract.checkSchema(schemaOfA, { value: 'abc', next: { value: 'abc', example: 'a' } })).toEqual(
      [],
    )
    const [violation] = contract.checkSchema(schemaOfA, { value: 'a', next: { value: 'a', example: 'abcd' } })
    expect(violation).toMatchObject({ path: '/next/example' })
    expect(contract.locate(violation?.pointer ?? '')).toEqual({
      file: join(file, '../common/text.json'),
      line: 3,
      pointer: '/Text/maxLength',
    })
  })

  it('keeps examples that look like references', async () => {
    const file = await write({ 'a.yaml': head + paths("{ type: object, example: { $ref: 'no.yaml' } }") })
    expect((await loadContract(file)).operations).toHaveLength(1)
  })

  it.each<[schema: string, valid: unknown, invalid: unknown]>([
    ['{ type: string, nullable: true }', null, 1],
    ['{ type: integer, minimum: 1, exclusiveMinimum: true }', 2, 1],
    ['{ type: integer, maximum: 5, exclusiveMaximum: false }', 5, 6],
    ['{ type: object, properties: { nullable: { type: boolean } } }', { nullable: true }, { nullable: 1 }],
  ])('accepts OpenAPI 3.0 (%s)', async (schema, valid, invalid) => {
    const file = await write({ 'a.yaml': head.replace('3.1.0', '3.0.3') + paths(schema) })
    const { checkSchema } = await loadContract(file)
    expect(checkSchema(schemaOfA, valid)).toEqual([])
    expect(checkSchema(schemaOfA, invalid)).toHaveLength(1)
  })

  it.each([
    ['{ "swagger": "2.0" }', /is Swagger 2\.0, which is not supported\. Convert it to OpenAPI 3/],
    ['openapi: 4.0.0', /is OpenAPI 4\.0\.0, which is not supported\. Pass 3\.0, 3\.1 or 3\.2\./],
    ['title: x', /is not an OpenAPI document: the field "openapi" is missing\./],
    ['', /is not an OpenAPI document: the field "openapi" is missing\./],
    ['a: [', /is neither JSON nor YAML: /],
    ['<!doctype html>', /is HTML or XML, not an OpenAPI document\./],
    [`${head}paths: {}`, /has no operations\. Add some below "paths"\./],
    [
      head + paths("{ $ref: '#/components/schemas/No' }"),
      /refers to #\/components\/schemas\/No, which does not/,
    ],
    [head + paths("{ $ref: 'no.yaml' }"), /no\.yaml: no such file or folder\. Check the path\./],
  ])('rejects a contract in one sentence: %j', async (text, message) => {
    const rejected = await loadContract(await write({ 'a.yaml': text })).catch((error) => error)
    expect(rejected).toMatchObject({ name: 'UserError', message: expect.stringMatching(message) })
    expect(rejected.message).not.toContain('\n')
  })

  it('rejects a contract in one sentence when it is missing, a folder, or cannot be downloaded', async () => {
    const { url } = await startItemServer()
    await expect(loadContract('missing.yaml')).rejects.toThrow('missing.yaml: no such file or folder.')
    await expect(loadContract('src')).rejects.toThrow('src is a folder. Pass the file of the contract')
    await expect(loadContract(`${url}/x`)).rejects.toThrow('cannot be downloaded: the server answered 404.')
    await expect(loadContract('http://127.0.0.1:9/x')).rejects.toThrow(/cannot be downloaded: \w+/)
  })
})

describe('the hooks of the user', () => {
  it('loads hooks written in TypeScript', async () => {
    const file = await write({
      'hooks.mts':
        'export default { email: ({ run, count }: { run: string; count: number }): string => run + count }',
    })
    expect((await loadHooks(file)).email?.({ run: 'a', count: 1 })).toBe('a1')
  })

  it.each([
    ['export const latestMail = 1', /has no hooks\. Write: export default \{/],
    ['export default { mails() {} }', /: "mails" is not a hook\. Hooks are: email, credentials, /],
    ['export default { latestMail: true }', /: "latestMail" must be a function\./],
    ['export default { credentials: null }', /: "credentials" must be an object\./],
    ['export default {', /cannot be loaded: /],
    ['throw new Error("Set MAIL_URL.")', /cannot be loaded: Set MAIL_URL\./],
  ])('rejects hooks in one sentence: %j', async (source, message) => {
    const rejected = await loadHooks(await write({ 'hooks.mts': source })).catch((error) => error)
    expect(rejected).toMatchObject({ name: 'UserError', message: expect.stringMatching(message) })
    expect(rejected.message).not.toContain('\n')
  })

  it('rejects hooks in one sentence when the file is missing', async () => {
    await expect(loadHooks('no.ts')).rejects.toThrow('no.ts: no such file or folder.')
  })

  it('turns a failed hook into a reason, a warning or a sentence', async () => {
    const fail = async () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })
    }
    const warnings: string[] = []
    const guarded = guardHooks({ before: fail, after: fail, latestMail: fail }, (text) => warnings.push(text))
    const reason = 'failed: fetch failed (connect ECONNREFUSED)'
    await expect(guarded.before?.()).rejects.toMatchObject({
      name: 'UserError',
      message: `The hook before ${reason}`,
    })
    await expect(guarded.latestMail?.({ to: '', since: 0 })).rejects.toMatchObject({
      name: 'NotExercisedError',
      message: `The hook latestMail ${reason}`,
    })
    await guarded.after?.()
    expect(warnings).toEqual([`The hook after ${reason}`])
  })

  it.each<[email: unknown, message: string]>([
    [
      () => {
        throw new Error('Set TEAM.')
      },
      'The hook email failed: Set TEAM.',
    ],
    [async () => 'ada@example.com', 'The hook email returned a promise, not an email.'],
    [() => 'ada', 'The hook email returned "ada", not an email.'],
    [() => undefined, 'The hook email returned undefined, not an email.'],
  ])('turns a wrong hook for emails into a reason: %s', (email, message) => {
    const guarded = guardHooks({ email } as Hooks, () => {})
    expect(() => guarded.email?.({ run: 'a', count: 1 })).toThrow(new NotExercisedError(message))
  })
})
