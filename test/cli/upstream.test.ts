import { describe, expect, it, onTestFinished } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { readUpstreams } from '../../src/cli/upstreams.ts'
import { createHub } from '../../src/hub/app.ts'
import { listen } from '../../src/server/listen.ts'
import { freePort, start } from './child.ts'
import { run } from './run.ts'

describe('start --upstream', () => {
  it('passes the calls of an API on, and shows no password', async () => {
    const answer = () => Response.json({ error: 'invalid credentials' }, { status: 401 })
    const backend = await listen(answer, { host: '127.0.0.1', port: 0 })
    onTestFinished(() => backend.close())
    const hub = start([
      'start',
      '--memory',
      ...['--port', '0'],
      ...['--upstream', `bedrud=${backend.url.replace('//', '//ada:secret@')}`],
    ])
    const url = await hub.url()
    expect(hub.output()).toContain(`upstream ${backend.url.replace('//', '//***@')}\n`)
    expect(hub.output()).not.toContain('secret')
    const response = await fetch(`${url}/sandbox/bedrud/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'nobody@example.org', password: 'harbour lights at ten' }),
    })
    expect(response.status).toBe(401)
    const { requests } = await (await fetch(`${url}/requests.json`)).json()
    expect(requests).toMatchObject([{ operationId: 'signIn', answeredBy: 'upstream', status: 401 }])
  })

  it.each([
    [
      ['bedrud'],
      '--upstream bedrud is not of the form <api>=<url>. Pass one such as bedrud=https://staging.example.com.',
    ],
    [['https://a:b@x?c=d'], '--upstream https://***@x?c=d is not of the form <api>=<url>.'],
    [['bedrut=http://x'], 'Unknown API "bedrut". Did you mean "bedrud"?'],
    [['bedrud=http://x', 'bedrud=http://y'], '--upstream names bedrud twice. Pass one URL per API.'],
  ])('rejects %j with one sentence', (values, message) => {
    expect(() => readUpstreams(values, variantNames)).toThrow(message)
  })

  it.each([
    ['staging', 'bedrud=staging is not an http or https URL.'],
    ['ftp://a:b@x', 'bedrud=ftp://***@x is not an http or https URL.'],
    ['http://x#y', 'bedrud=http://x#y has a query or fragment'],
    ['http://a%:b@x', 'bedrud=http://***@x has a "%" in its credentials that encodes nothing.'],
    ['http://[::1]:4000/', 'bedrud=http://[::1]:4000/ is the hub itself.'],
  ])('rejects the URL %s with one sentence', (url, message) => {
    const hub = createHub({ host: '127.0.0.1' })
    expect(() => hub.setUpstream('bedrud', url)).toThrow(`--upstream ${message}`)
  })

  it('rejects the URL of the hub itself', async () => {
    const port = String(await freePort())
    const own = `http://127.0.0.1:${port}/sandbox/bedrud`
    const args = ['start', '--memory', '--port', port, '--upstream', `bedrud=${own}`]
    expect(await run(args)).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: --upstream bedrud=${own} is the hub itself. Pass the URL of your backend.\n`,
    })
  })
})
