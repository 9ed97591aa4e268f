import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateCode } from '../../src/codegen/generate-code.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { readTree } from './project.ts'

const root = resolve(import.meta.dirname, '../..')

/** A contract of OpenAPI 3.0 with features of public contracts. */
const contract = `openapi: 3.0.3
info: { title: Acme, version: 1.0.0 }
paths:
  /token:
    post:
      operationId: token
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [grant_type]
              properties: { grant_type: { type: string, enum: [code] }, ttl: { type: integer, nullable: true } }
      responses:
        '200':
          description: A token.
          content: { application/json: { schema: { $ref: '#/components/schemas/Token' } }, text/plain: {} }
        4XX:
          description: Wrong.
          content: { application/json: { schema: { allOf: [{ $ref: '#/components/schemas/Error' }] } } }
        default: { description: Failed. }
  /files/{name}.json:
    get:
      operationId: getFile
      parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
      responses: { '600': { description: Wrong. } }
  /search:
    get:
      parameters:
        - { name: filter, in: query, content: { application/json: { schema: { type: object } } } }
        - { name: limit, in: query, schema: { $ref: '#/components/schemas/Limit' } }
        - { name: where, in: query, style: deepObject, schema: { $ref: '#/components/schemas/Record' } }
      responses: { '200': { description: Found. } }
components:
  schemas:
    Limit: { type: integer, default: 20 }
    Token:
      oneOf: [{ $ref: '#/components/schemas/Opaque' }, { $ref: '#/components/schemas/Jwt' }]
      discriminator: { propertyName: kind }
    Opaque:
      type: object
      required: [kind]
      properties: { kind: { type: string, enum: [opaque] }, parent: { $ref: '#/components/schemas/Token' } }
    jwt: { type: string }
    1st: { type: string }
    Record: { type: object, properties: { Omit: { type: string } } }
    constructor: { type: string }
    Jwt: { type: object, required: [kind], properties: { kind: { type: string, enum: [jwt] } } }
    Error: { type: object, additionalProperties: false, properties: { reason: {}, pages: { not: { minimum: 9 } } } }
servers: [{ url: 'https://example.com/auth/v1/' }]
`

/** Fails to compile if the parent of a token, or a parameter that is an object, is `any`. */
const parents = `import type { z } from 'auth-contracts/routes'
import type { routes } from './routes.ts'
import type { zOpaque } from './schemas.ts'

type Where = z.output<(typeof routes)['getSearch']['request']['query']>['where']
export const where: Where = { Omit: 'a' }
// @ts-expect-error
export const wrongWhere: Where = { Omit: 1 }

type Parent = z.output<typeof zOpaque>['parent']
export const parent: Parent = { kind: 'opaque', parent: { kind: 'jwt' } }
// @ts-expect-error
export const wrong: Parent = { kind: 'opaque', parent: { kind: 'other' } }
`

let folder: string
let result: Awaited<ReturnType<typeof generateCode>>
const out = () => join(folder, 'src/generated')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generate-code-'))
  const source = join(folder, 'openapi.yaml')
  await writeFile(source, contract)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'notes.txt'), 'mine')
  const file = await loadContractFile(source)
  result = await generateCode({ contracts: [{ name: 'acme', file }], out: out() })
})
afterAll(() => rm(folder, { recursive: true }))

describe('generateCode', () => {
  it('writes four files for a contract', async () => {
    const files = ['acme/openapi.json', 'acme/routes.ts', 'acme/schemas.ts', 'acme/types.ts']
    expect(result.files).toEqual(files)
    expect(Object.keys(await readTree(out()))).toEqual(files)
  })

  it('keeps other files of the output folder', async () => {
    const file = await loadContractFile(join(folder, 'openapi.yaml'))
    await generateCode({ contracts: [{ name: 'acme', file }], out: folder })
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine')
    await rm(join(folder, 'acme'), { recursive: true })
  })

  it('warns with file and line about operations that it leaves out or names', () => {
    const file = expect.stringMatching(/openapi\.yaml$/)
    expect(result.warnings).toEqual([
      {
        message: 'GET /search has no operationId, so it is called getSearch.',
        location: expect.objectContaining({ file, line: 29 }),
      },
      {
        message:
          '600 is not a status. Use a number, a range such as 4XX, or default. The code leaves out getFile.',
        location: expect.objectContaining({ file, line: 24 }),
      },
    ])
  })

  it('imports other files as the settings of the project allow', async () => {
    const importOf = async () =>
      /from '\.\/(.*)'/.exec(await readFile(join(out(), 'acme/routes.ts'), 'utf8'))?.[1]
    expect(await importOf()).toBe('schemas.ts')
    const file = await loadContractFile(join(folder, 'openapi.yaml'))
    const settings = join(folder, 'tsconfig.json')
    await writeFile(settings, '{ "compilerOptions": { "module": "nodenext" } }')
    await generateCode({ contracts: [{ name: 'acme', file }], out: out() })
    expect(await importOf()).toBe('schemas.js')
    await rm(settings)
    await generateCode({ contracts: [{ name: 'acme', file }], out: out() })
  })

  it('exports the path of the first server for stubs', async () => {
    const routes = await readFile(join(out(), 'acme/routes.ts'), 'utf8')
    expect(routes).toContain("\nexport const basePath = '/auth/v1'\n")
  })

  it('exports the operations that the code leaves out', async () => {
    const routes = await readFile(join(out(), 'acme/routes.ts'), 'utf8')
    expect(routes).toContain(
      "\nexport const leftOut = { getFile: { method: 'get', path: '/files/{name}.json' } } as const\n",
    )
  })

  it('gives each schema a type, whatever its name is', async () => {
    const types = await readFile(join(out(), 'acme/types.ts'), 'utf8')
    const names = [...types.matchAll(/^export type (\w+) = components\['schemas'\]\['(.*)'\]$/gm)]
    expect(Object.fromEntries(names.map(([, type, name]) => [name, type]))).toEqual({
      ...{ Limit: 'Limit', Token: 'Token', Opaque: 'Opaque', Error: 'Error', constructor: 'Constructor' },
      ...{ jwt: 'Jwt', Jwt: 'Jwt2', '1st': 'Schema1st', Record: 'Record2' },
    })
  })

  it('upgrades the document to OpenAPI 3.1', async () => {
    const document = JSON.parse(await readFile(join(out(), 'acme/openapi.json'), 'utf8'))
    expect(document.openapi).toBe('3.1.0')
    const { schema } = document.paths['/token'].post.requestBody.content['application/x-www-form-urlencoded']
    expect(schema.properties.ttl).toEqual({ type: ['integer', 'null'] })
  })

  it('writes code that compiles in a strict project, with the types of schemas that contain themselves', async () => {
    const names = ['routes.ts', 'schemas.ts', 'types.ts', 'parents.ts']
    const files = names.map((name) => join(out(), 'acme', name))
    await writeFile(join(out(), 'acme/parents.ts'), parents)
    const program = ts.createProgram(files, {
      ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, strict: true, noEmit: true },
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
      ...{
        noUnusedLocals: true,
        isolatedModules: true,
        skipLibCheck: true,
        allowImportingTsExtensions: true,
      },
      paths: { 'auth-contracts/routes': [join(root, 'src/http/routes.ts')] },
    })
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    expect(problems).toEqual([])
  })
})
