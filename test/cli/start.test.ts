import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { key, mina } from '../server/fake.ts'
import { servedNames } from '../support/served.ts'
import { start, temporaryFolder } from './child.ts'

const signUp = (url: string, email: string) =>
  fetch(`${url}/sandbox/bkend/v1/auth/email/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key },
    body: JSON.stringify({ method: 'password', email, password: 'a-fine-passphrase', name: 'New' }),
  })

describe('the start command', () => {
  it('lists the sandbox of every API with a server, and creates each one on first use', async () => {
    const folder = await temporaryFolder()
    const hub = start(['start', '--port', '0', '--data', folder])
    const url = await hub.url()
    for (const name of servedNames) expect(hub.output()).toContain(`${url}/sandbox/${name}`)
    expect(await readdir(folder)).toEqual(servedNames.map((name) => `${name}.db-lock`).toSorted())
    expect(await (await fetch(`${url}/sandbox/bkend/__dev/seed`)).json()).toMatchObject({
      users: [{ email: mina.email }],
    })
    expect(await readdir(folder)).toContain('bkend.db')
  })

  it('keeps the data of sandboxes across restarts, and closes their databases', async () => {
    const folder = await temporaryFolder()
    const first = start(['start', '--port', '0', '--data', folder])
    expect((await signUp(await first.url(), 'new@example.com')).status).toBe(201)
    first.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect((await readdir(folder)).filter((name) => name.endsWith('-wal'))).toEqual([])
    const second = await start(['start', '--port', '0', '--data', folder]).url()
    expect((await signUp(second, 'new@example.com')).status).toBe(401)
  })

  it('writes nothing with --memory, and ignores the environment variables of a server', async () => {
    const folder = await temporaryFolder()
    const env = {
      NODE_ENV: 'production',
      DATABASE: `${folder}/one.db`,
      PUBLIC_URL: 'https://auth.example.com',
    }
    const url = await start(['start', '--port', '0', '--data', folder, '--memory'], env).url()
    expect((await signUp(url, 'new@example.com')).status).toBe(201)
    expect(await readdir(folder)).toEqual([])
  })
})
