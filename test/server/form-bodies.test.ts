import { createRoute, z } from '@hono/zod-openapi'
import { expect, it } from 'vitest'
import { createStub } from '../../src/server/stub.ts'

const schema = z.object({
  list: z.array(z.number()).optional(),
  tags: z.array(z.string()).optional(),
  meta: z.object({ a: z.number(), b: z.boolean().optional() }).optional(),
  'ids[]': z.array(z.string()).optional(),
  photos: z.array(z.string().or(z.instanceof(Blob))).optional(),
})
const encoding = {
  list: { style: 'spaceDelimited', explode: false },
  photos: { contentType: 'image/png, image/jpeg' },
}
const routes = {
  send: createRoute({
    method: 'post',
    path: '/forms',
    operationId: 'send',
    request: {
      body: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': { schema, encoding },
          'multipart/form-data': { schema, encoding },
        },
      },
    },
    responses: { 204: { description: 'Done' }, 400: { description: 'Invalid' } },
  }),
}

/** Returns the status of a stub, and the body that its handler has received. */
async function send(body: FormData | URLSearchParams) {
  const received: unknown[] = []
  const stub = await createStub(
    { routes, schemas: {}, securitySchemes: {} },
    {
      async send({ body: form }: { body: unknown }) {
        received.push(form)
        return { status: 204 as const }
      },
    },
  )
  const { status } = await stub.request('/forms', { method: 'POST', body })
  return [status, ...received]
}

function multipart(...entries: [name: string, value: string | Blob][]): FormData {
  const form = new FormData()
  for (const [name, value] of entries) form.append(name, value)
  return form
}

it.each<[string, object]>([
  ['list=1%202', { list: [1, 2] }],
  ['meta[a]=1&meta[b]=true', { meta: { a: 1, b: true } }],
  ['meta={"a":1}', { meta: { a: 1 } }],
  ['tags[]=a&tags[]=b', { tags: ['a', 'b'] }],
  ['tags=1', { tags: ['1'] }],
  ['ids[]=1&ids[]=2', { 'ids[]': ['1', '2'] }],
])('reads the form %s by its schema and encoding', async (text, expected) => {
  expect(await send(new URLSearchParams(text))).toEqual([204, expected])
  expect(await send(multipart(...new URLSearchParams(text)))).toEqual([204, expected])
})

it.each(['list=1,2', 'meta[a]=x', 'meta=x'])('rejects the form %s', async (text) => {
  expect((await send(new URLSearchParams(text)))[0]).toBe(400)
})

it('reads an object that is sent as a part of the type JSON', async () => {
  const json = new Blob(['{"a":1}'], { type: 'application/json' })
  expect(await send(multipart(['meta', json]))).toEqual([204, { meta: { a: 1 } }])
})

it('passes lists of files', async () => {
  const [status, form] = await send(multipart(['photos', new Blob(['x'], { type: 'image/png' })]))
  expect([status, Object(form).photos[0]]).toEqual([204, expect.any(Blob)])
})

it('rejects a part of a media type that its encoding does not allow', async () => {
  const photo = new Blob(['x'], { type: 'text/plain' })
  expect((await send(multipart(['photos', photo])))[0]).toBe(400)
})
