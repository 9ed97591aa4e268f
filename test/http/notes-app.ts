import { expect } from 'vitest'
import { type AppOptions, createApp } from '../../src/http/app.ts'
import { errorResponses, routes } from './fixture.ts'

export const handlers: AppOptions<typeof routes>['handlers'] = {
  createNote: async ({ body }) => ({ status: 201, body: { id: '1', text: JSON.stringify(body) } }),
  listNotes: async ({ query, headers, cookies }) => ({
    status: 200,
    body: { notes: [{ id: '1', text: JSON.stringify({ query, headers, cookies }) }] },
  }),
  getNote: async ({ params }) => ({ status: 200, body: { id: params.noteId, text: 'one' } }),
  deleteNote: async () => ({ status: 204 }),
  useLink: async () => ({ status: 204 }),
  share: async ({ body }) =>
    body?.with === 'cookies'
      ? { status: 302, headers: { Location: '/notes', 'Set-Cookie': ['a=1; Path=/', 'b=2'] } }
      : { status: 200, body: { with: body?.with ?? null } },
}

/** An app of the routes of the fixture, whose handlers echo their input. */
export const app = createApp({ routes, handlers, errorResponses })

/** Returns a POST request. */
export const send = (body: BodyInit | null, type = 'application/json') => ({
  method: 'POST',
  headers: { 'Content-Type': type },
  body,
})

/** Returns the status and the JSON of a response. */
export async function jsonOf(pending: Response | Promise<Response>) {
  const response = await pending
  expect(response.headers.get('content-type')).toBe('application/json')
  return { status: response.status, json: await response.json() }
}

/** Returns the status and the problem of an error response. */
export async function problemOf(response: Response | Promise<Response>) {
  const { status, json } = await jsonOf(response)
  return [status, json.problem]
}

/** Returns the input that the handler echoes. */
export async function handlerInput(path: string, init?: RequestInit) {
  const { json } = await jsonOf(app.request(path, init))
  return JSON.parse(json.text ?? json.notes[0].text)
}
