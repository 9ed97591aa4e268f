import { cp, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readServers } from '../../src/cli/servers.ts'
import { temporaryFolder } from './child.ts'
import { run } from './run.ts'

const names = ['acme', 'billing']

describe('docs build --server', () => {
  it('names the server in the site of one API', async () => {
    const folder = await temporaryFolder()
    await cp(resolve(import.meta.dirname, '../../examples/own-api/openapi.yaml'), join(folder, 'acme.yaml'))
    const options = ['--contract', 'acme.yaml', '--server', 'https://api.acme.example/v1/']
    expect(await run(['docs', 'build', ...options], folder)).toMatchObject({ code: 0 })
    expect(await readFile(join(folder, 'site/acme/operations/getMe.md'), 'utf8')).toContain(
      '"https://api.acme.example/v1/me"',
    )
  })

  it('reads a URL for each API', () => {
    const servers = readServers(['acme=https://a.example/v1/', 'billing=http://b.example:8080/a=b'], names)
    expect(Object.fromEntries(servers)).toEqual({
      acme: 'https://a.example/v1',
      billing: 'http://b.example:8080/a=b',
    })
    expect(readServers(['https://a.example/x=y'], ['acme']).get('acme')).toBe('https://a.example/x=y')
  })

  it.each([
    [
      ['https://a.example'],
      '--server https://a.example names no API. Pass one such as --server acme=https://a.example.',
    ],
    [['biling=https://a.example'], 'Unknown API "biling". Did you mean "billing"?'],
    [['acme=https://a', 'acme=https://b'], '--server names acme twice. Pass one URL per API.'],
    [['acme=api.acme.example'], '--server api.acme.example is not an http or https URL.'],
    [['acme=/v1'], '--server /v1 is not an http or https URL.'],
    [['acme='], '--server acme= has no URL.'],
    [['acme=https://a.example?b=c'], '--server https://a.example?b=c has a query or fragment'],
    [
      ['acme=https://ada:secret@a.example'],
      '--server https://***@a.example has credentials, which the site would show.',
    ],
  ])('rejects %j with one sentence', (texts, message) => {
    expect(() => readServers(texts, names)).toThrow(message)
  })
})
