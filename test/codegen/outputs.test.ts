import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { servedNames } from '../support/served.ts'
import { generateLibrary, type Library } from './library.ts'

const root = resolve(import.meta.dirname, '../..')

let library: Library
beforeAll(async () => {
  library = await generateLibrary()
})
afterAll(() => library.dispose())

const output = (name: string) => readFile(join(library.out, 'library', name), 'utf8')

describe('openapi-3.0.json', () => {
  it.each(servedNames)('generates valid OpenAPI 3.0 for %s', async (variant) => {
    const source = await readFile(contractUrl(variant, '3.0'), 'utf8')
    expect(JSON.parse(source).openapi).toMatch(/^3\.0\./)
    const config = await createConfig({ rules: { struct: 'error', 'no-unresolved-refs': 'error' } })
    const problems = await lintFromString({
      source,
      config,
      absoluteRef: contractUrl(variant, '3.0').pathname,
    })
    expect(problems.map(({ message, location }) => `${location[0]?.pointer} ${message}`)).toEqual([])
  })

  it.each(servedNames)('keeps the references of %s, so that it does not grow beyond 3.1', async (variant) => {
    const [newer, older] = await Promise.all(
      (['3.1', '3.0'] as const).map((version) => readFile(contractUrl(variant, version), 'utf8')),
    )
    expect(older).toContain('"$ref": "#/components/responses/')
    expect(older?.length).toBeLessThan((newer?.length ?? 0) * 1.05)
  })

  it('converts what OpenAPI 3.0 ignores or does not have', async () => {
    const { info, paths, components } = JSON.parse(await output('openapi-3.0.json'))
    expect(info.license).toEqual({ name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' })
    const [genre] = paths['/books'].get.parameters
    expect(genre).toMatchObject({ name: 'genre', example: ['poetry'] })
    expect(genre).not.toHaveProperty('examples')
    const withSiblings = JSON.stringify({ paths, components }).match(/\{"\$ref":"[^"]+",/g)
    expect(withSiblings).toBeNull()
  })

  it('expresses null and constants in OpenAPI 3.0', async () => {
    const text = await output('openapi-3.0.json')
    expect(JSON.parse(text).components.schemas.Book.properties.year).toEqual({
      type: 'integer',
      nullable: true,
      minimum: 0,
    })
    expect(text).not.toContain('"const"')
  })
})

describe('types.ts', () => {
  it('makes a property with a default optional unless it is required', async () => {
    const text = await output('types.ts')
    expect(text).toMatch(/\bkind\?: string/)
    expect(text).toMatch(/\bnumber: number/)
  })

  it('exports each schema by its name', async () => {
    expect(await output('types.ts')).toMatch(
      /export type Book = components\['schemas'\]\['Book'\]|export type Book =/,
    )
  })
})

describe('the TypeScript files', () => {
  it('compiles with the settings of this repository', () => {
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
      ts.sys,
      root,
    )
    const files = ['routes.ts', 'schemas.ts', 'types.ts'].map((name) => join(library.out, 'library', name))
    const program = ts.createProgram([...files, join(library.out, 'index.ts')], {
      ...options,
      typeRoots: [join(root, 'node_modules/@types')],
    })
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    expect(problems).toEqual([])
  })
})
