import { afterAll, describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { createHub } from '../../src/hub/app.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { servedNames } from '../support/served.ts'

const hub = createHub({ host: 'localhost', log: () => {} })
afterAll(() => hub.close())

const get = (path: string) => hub.fetch(new Request(`http://localhost:4000${path}`))
const kilobytesOf = (text: string) => new TextEncoder().encode(text).length / 1024

describe.each(servedNames)('the console of %s', (variant) => {
  it('lists every operation, and has less than 100 KB with its data', async () => {
    const text = await (await get(`/console/${variant}`)).text()
    for (const { operation } of endpointsOf(await builtInApi(variant).readDocument()))
      expect(text).toContain(`href="?operation=${operation.operationId}"`)
    expect(kilobytesOf(text)).toBeLessThan(100)
  })
})

it('forbids the console to load or send anything elsewhere', async () => {
  const { headers } = await get(`/console/${variantNames[0]}`)
  const policy = headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("connect-src 'self'")
  expect(policy).not.toContain('unsafe')
})

it.each([
  ['journeys/', 'Try it in the console: signIn'],
  ['guides/email-sign-in/', 'Try it in the console: signIn'],
  ['ko/guides/email-sign-in/', '콘솔에서 호출해 보기: signIn'],
])('is linked from %s of the docs', async (path, label) => {
  const text = await (await get(`/docs/bkend/${path}`)).text()
  expect(text).toContain(`<a href="/console/bkend?operation=signIn" aria-label="${label}">`)
})

it('serves the modules of the console as JavaScript, and no other files', async () => {
  const response = await get('/console/modules/src/hub/console/client/main.ts')
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(await response.text()).not.toContain('interface')
  for (const path of [
    '/console/modules/src/hub/console/routes.ts',
    '/console/modules/src/hub/console/client/..%2froutes.ts',
    '/console/modules/nope.ts',
    '/console/nope',
  ])
    expect((await get(path)).status).toBe(404)
})
