import { describe, expect, it } from 'vitest'
import { openData, send, shareProcess } from './support.ts'

shareProcess()

const ada = {
  method: 'password',
  email: 'ada@example.org',
  password: 'nanoseconds-of-wire-30',
  name: 'Ada',
}
const signUp = (key: string) => ({
  method: 'POST',
  path: '/v1/auth/email/signup',
  body: ada,
  headers: { 'x-api-key': key },
})

describe('the key commands', () => {
  it('creates a project with a publishable and a secret key, which are shown only once', async () => {
    const data = await openData('bkend', {}, { alone: true })
    const { at } = await data.serve()
    const keys: { kind: string; key: string; project: string; environment: string; id: string }[] =
      await data.adminJson('create-project', ['My shop'])
    expect(keys.map(({ kind, environment }) => [kind, environment])).toEqual([
      ['publishable', 'prod'],
      ['secret', 'prod'],
    ])
    const [publishable, secret] = keys.map(({ key }) => key) as [string, string]
    const { status, body } = await send(at, signUp(publishable))
    expect(status).toBe(201)
    const me = await send(at, {
      method: 'GET',
      path: '/v1/auth/me',
      headers: { 'x-api-key': publishable, authorization: `Bearer ${body.accessToken}` },
    })
    expect(me.status).toBe(200)
    const profile = { method: 'GET', path: `/v1/users/${me.body.id}`, headers: { 'x-api-key': secret } }
    expect((await send(at, profile)).body).toMatchObject({ email: ada.email })
    const listed = JSON.stringify(await data.adminJson('keys'))
    for (const key of [publishable, secret]) expect(listed).not.toContain(key)
  })

  it('separates the users of the environments of a project', async () => {
    const data = await openData('bkend')
    const [live] = await data.adminJson('create-project', ['Shop'])
    const options = ['--project', live.project, '--environment', 'staging', '--kind', 'publishable']
    const staging = await data.adminJson('create-key', options)
    const { at } = await data.serve()
    expect((await send(at, signUp(live.key))).status).toBe(201)
    expect((await send(at, signUp(live.key))).status).toBe(409)
    expect((await send(at, signUp(staging.key))).status).toBe(201)
    expect(await data.adminJson('users', ['--project', live.project, '--environment', 'prod'])).toHaveLength(
      1,
    )
    expect(await data.adminJson('users')).toHaveLength(2)
  })

  it('rejects a revoked key from the next request on', async () => {
    const data = await openData('bkend')
    const [key] = await data.adminJson('create-project', ['Shop'])
    const { at } = await data.serve()
    expect((await send(at, signUp(key.key))).status).toBe(201)
    expect((await data.admin('revoke-key', [key.id])).text).toBe(`Revoked ${key.id}.`)
    expect((await send(at, signUp(key.key))).status).toBe(401)
    expect((await data.admin('revoke-key', [key.id])).text).toBe(`${key.id} was already revoked.`)
    expect((await data.admin('revoke-key', ['nothing'])).text).toBe('error: Unknown API key nothing.')
  })

  it('explains in one sentence which kind, name or API is wrong', async () => {
    const data = await openData('bkend')
    await data.adminJson('create-project', ['Shop'])
    const create = (kind: string, project: string) =>
      data.admin('create-key', ['--project', project, '--environment', 'prod', '--kind', kind])
    expect((await create('golden', 'prj_1')).text).toBe(
      'error: Unknown kind of key golden. Use publishable or secret.',
    )
    expect((await create('secret', 'a/b')).text).toMatch(/^error: Names of projects and environments have/)
    expect((await (await openData('bedrud')).admin('create-project', ['Shop'])).text).toBe(
      'error: This API has no projects.',
    )
  })
})
