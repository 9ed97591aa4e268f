import { expect, it } from 'vitest'
import { renderBruno } from '../../src/codegen/bruno.ts'
import { createCollection } from '../../src/codegen/collection.ts'
import { renderPostman } from '../../src/codegen/postman.ts'
import { createMock } from '../../src/mock/mock.ts'
import { uploadContract } from '../support/upload-contract.ts'
import { type PostmanCollection, runPostman } from './collection-runner.ts'

const collection = createCollection(uploadContract, 'http://mock.test')
const bodiesOf = (rendered: object, key: 'item' | 'items') =>
  (rendered as Record<string, { request: { body: object } }[]>)[key]?.map(({ request }) => request.body)

it('sends files that the mock accepts', async () => {
  const mock = await createMock(uploadContract)
  const outcomes = await runPostman(renderPostman(collection) as PostmanCollection, {
    publicUrl: 'http://mock.test',
    fetch: (request) => mock.fetch(request),
  })
  expect(outcomes.map(({ status, failed }) => [status, ...failed])).toEqual([[204], [204], [204], [204]])
})

it('writes the files of a body for Postman', () => {
  const [profile, photo] = bodiesOf(renderPostman(collection), 'item') ?? []
  expect(profile).toMatchObject({
    mode: 'formdata',
    formdata: [
      { key: 'avatar', type: 'file', src: 'avatar.png', contentType: 'image/png' },
      { key: 'pages', type: 'file', src: 'pages.bin' },
      { key: 'crop', type: 'text', value: '{"x":1}', contentType: 'application/json' },
      ...Array(4).fill({ type: 'text' }),
    ],
  })
  expect(photo).toEqual({ mode: 'file', file: { src: 'file.png' } })
})

it('writes the files of a body for Bruno', () => {
  const [profile, photo, backup] = bodiesOf(renderBruno(collection), 'items') ?? []
  expect(profile).toMatchObject({
    mode: 'multipartForm',
    multipartForm: [
      { name: 'avatar', type: 'file', value: ['avatar.png'], contentType: 'image/png', enabled: true },
      { name: 'pages', type: 'file', value: ['pages.bin'] },
      { name: 'crop', type: 'text', value: '{"x":1}', contentType: 'application/json' },
      ...Array(4).fill({ type: 'text' }),
    ],
  })
  const file = (filePath: string, contentType: string) => [{ filePath, contentType, selected: true }]
  expect(photo).toEqual({ mode: 'file', file: file('file.png', 'image/png') })
  expect(backup).toEqual({ mode: 'file', file: file('file.bin', 'application/octet-stream') })
})
