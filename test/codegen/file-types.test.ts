import { describe, expect, it } from 'vitest'
import { createDefaults } from '../../src/codegen/defaults.ts'
import { nameSchemas } from '../../src/codegen/names.ts'
import { renderSchemas } from '../../src/codegen/schemas.ts'
import { renderTypes } from '../../src/codegen/types.ts'
import type { Content, Document, Schema } from '../../src/openapi/document.ts'

const binary = { type: 'string', format: 'binary' }
const object = (properties: Record<string, Schema>) => ({ type: 'object', properties })

/** Returns the types of a contract whose only operation has these bodies, without comments. */
async function typesOf(request: Content, response: Content = {}, schemas: Record<string, Schema> = {}) {
  const document: Document = {
    openapi: '3.1.0',
    info: { title: 'Files', version: '1' },
    components: { schemas },
    paths: {
      '/files': {
        post: {
          operationId: 'upload',
          requestBody: { content: request },
          responses: { 200: { description: 'Done', content: response } },
        },
      },
    },
  }
  const types = await renderTypes(document, { header: '' })
  return types.replace(/\/\*\*.*?\*\//gs, '').replace(/\s+/g, ' ')
}

describe('the type of a file', () => {
  it('is Blob where a reference has a description', async () => {
    const file = { $ref: '#/components/schemas/File', description: 'A picture' }
    const schema = object({ one: file, many: { type: 'array', items: { ...file, title: 'Picture' } } })
    const types = await typesOf({ 'multipart/form-data': { schema } }, {}, { File: binary })
    expect(types).toContain('File: Blob;')
  })

  it('is Blob in multipart bodies', async () => {
    const types = await typesOf({
      'multipart/form-data': {
        schema: object({
          one: binary,
          untyped: {},
          nullable: { type: ['string', 'null'], format: 'binary' },
          many: { type: 'array', items: binary },
          typed: { type: 'string' },
          text: { type: 'string' },
        }),
        encoding: { typed: { contentType: 'image/png' } },
      },
    })
    expect(types).toContain(
      '{ one?: Blob; untyped?: Blob; nullable?: Blob | null; many?: Blob[]; typed?: Blob; text?: string; }',
    )
  })

  it('is Blob in bodies of bytes', async () => {
    expect(await typesOf({ 'image/png': { schema: binary } })).toContain('"image/png": Blob;')
  })

  it('is text in JSON and in responses', async () => {
    const types = await typesOf(
      { 'application/json': { schema: object({ data: binary }) } },
      { 'image/png': { schema: binary } },
    )
    expect(types).not.toContain('Blob')
  })

  it('is Blob in a component only if nothing but uploads refers to it', async () => {
    const upload = { 'multipart/form-data': { schema: { $ref: '#/components/schemas/Upload' } } }
    const schemas = { Upload: object({ file: { $ref: '#/components/schemas/File' } }), File: binary }
    expect(await typesOf(upload, {}, schemas)).toContain('File: Blob;')
    const response = {
      'application/json': { schema: object({ file: { $ref: '#/components/schemas/File' } }) },
    }
    expect(await typesOf(upload, response, schemas)).toContain('File: string;')
  })

  it('never takes the name of a component', async () => {
    const types = await typesOf({ 'image/png': { schema: binary } }, {}, { Blob: object({}) })
    expect(types).toContain("export type Blob2 = components['schemas']['Blob']")
  })
})

it('accepts a Blob in the zod schema of a string with a media type of bytes', () => {
  const picture = { type: 'string', contentMediaType: 'image/png' }
  const document: Document = {
    openapi: '3.1.0',
    info: { title: 'Files', version: '1' },
    components: { schemas: { Picture: picture, Table: { ...picture, contentMediaType: 'text/csv' } } },
  }
  const names = nameSchemas(document)
  const style = { header: '', library: 'auth-contracts/routes', importExtension: '.ts' } as const
  const schemas = renderSchemas(names, createDefaults(document, names), style)
  expect(schemas).toMatch(/zPicture = z\s*\.string\(\)\s*\.or\(z\.instanceof\(Blob\)\)/)
  expect(schemas).toMatch(/zTable = z\s*\.string\(\)(?!\s*\.or)/)
})
