import { describe, expect, it } from 'vitest'
import { createHub } from '../../src/hub/app.ts'
import { demoNames } from '../support/served.ts'

const { fetch: send } = createHub({ host: '127.0.0.1', log: () => {} })
const get = (path: string) => send(new Request(`http://localhost:8123${path}`))

describe('the modules of the sample apps', () => {
  it.each([
    'package.json',
    'src/hub/app.ts',
    'src/demo/bedrud/main.ts',
    'src/client/../hub/app.ts',
    'src/client/%61uth.ts',
    'node_modules/openapi-fetch/dist/index.mjs',
  ])('does not serve %s to the sample apps', async (path) => {
    expect((await get(`/demo/modules/${path}`)).status).toBe(404)
  })

  it('serves the modules as JavaScript with the URL of the hub', async () => {
    const response = await get('/demo/modules/src/demo/bedrud/auth.ts')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const code = await response.text()
    expect(code).toContain("const baseUrl = 'http://localhost:8123/sandbox/bedrud'")
    expect(code).not.toContain('email: string')
  })
})

describe('the files to copy', () => {
  it.each(demoNames)('serves the files of %s to copy, with the URL of the hub', async (name) => {
    const auth = await get(`/demo/${name}/auth.ts`)
    expect(auth.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const text = await auth.text()
    expect(text).toContain(`'http://localhost:8123/sandbox/${name}'`)
    expect(text).toContain('email: string')
    expect(await (await get(`/demo/${name}/main.ts`)).text()).toContain("from './auth.ts'")
    expect((await get(`/demo/${name}/demo.ts`)).status).toBe(404)
  })
})

it('has no sample app for an unknown API', async () => {
  expect((await get('/demo/unknown')).status).toBe(404)
})
