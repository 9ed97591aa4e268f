import { request as httpRequest } from 'node:http'
import type { Hono } from 'hono'
import { afterEach, expect, onTestFinished } from 'vitest'
import { listen } from '../../src/server/listen.ts'
import { useHub } from '../support/served-hub.ts'

export const json = { 'content-type': 'application/json' }

/** Serves a hub for the tests of a file. Each test starts without an upstream and without requests. */
export function useUpstreams() {
  const server = useHub()
  const state = async () => (await fetch(`${server.url}/upstream/openfactory.json`)).json()
  const change = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/upstream/openfactory.json`, {
      method: 'PATCH',
      headers: { ...json, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  afterEach(async () => {
    const { operations } = await state()
    const routes = Object.fromEntries(
      operations.map(({ operationId }: { operationId: string }) => [operationId, 'auto']),
    )
    await change({ url: null, routes })
    await fetch(`${server.url}/requests`, { method: 'DELETE' })
  })

  const log = async () => (await (await fetch(`${server.url}/requests.json`)).json()).requests
  const newest = async () => (await fetch(`${server.url}/requests/${(await log())[0].id}.json`)).json()
  const learned = async (operationId: string) =>
    (await state()).operations.find(
      (operation: { operationId: string }) => operation.operationId === operationId,
    ).learned
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { redirect: 'manual', ...init })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    call(path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })

  /** Sends a request with headers that `fetch` forbids. */
  const raw = (path: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      httpRequest(server.url.replace('localhost', '127.0.0.1') + path, { headers }, async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve({ status: response.statusCode, text })
      })
        .on('error', reject)
        .end()
    })

  /** Serves an upstream of OpenFactory, and sets it. Its requests are collected. */
  async function useUpstream(app: Hono, toUrl = (url: string) => url) {
    const received: { method: string; path: string; headers: Headers; text: string }[] = []
    const upstream = await listen(
      async (request) => {
        const { pathname, search } = new URL(request.url)
        const { method, headers } = request
        received.push({ method, path: pathname + search, headers, text: await request.clone().text() })
        return app.fetch(request)
      },
      { host: '127.0.0.1', port: 0 },
    )
    onTestFinished(() => upstream.close())
    expect((await change({ url: toUrl(upstream.url) })).status).toBe(200)
    return { received, url: upstream.url }
  }

  return { server, state, change, log, newest, learned, call, post, raw, useUpstream }
}

/** The body of an error in the format of the API. */
export const sessionBody = { error: { code: 'UNAUTHORIZED', message: 'Not signed in' } }
