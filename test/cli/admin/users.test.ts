import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bedrud } from '../../../src/conformance/variants/bedrud.ts'
import { bkend } from '../../../src/conformance/variants/bkend.ts'
import { bondmcp } from '../../../src/conformance/variants/bondmcp.ts'
import { openfactory } from '../../../src/conformance/variants/openfactory.ts'
import { realmOf } from '../../../src/variants/bkend/rules.ts'
import { ada, openData, send, shareProcess } from './support.ts'

shareProcess()

const adaOptions = ['--email', ada.email, '--name', ada.name]

describe('the create-admin command', () => {
  it('creates an administrator with a random password, who can sign in at once', async () => {
    const data = await openData('bedrud', {}, { alone: true })
    const { password, role } = await data.adminJson('create-admin', adaOptions)
    expect(role).toBe('superadmin')
    const { at } = await data.serve()
    const { status, body } = await send(at, bedrud.signIn({ ...ada, password }))
    expect(status).toBe(200)
    const me = await send(at, bedrud.getCurrentUser(body.tokens?.accessToken ?? body.accessToken))
    expect(me.body).toMatchObject({ email: ada.email })
  })

  it('reads a password from standard input, and applies the password rules', async () => {
    const data = await openData('openfactory')
    const args = [...adaOptions, '--organization', 'Engines', '--password-stdin']
    expect((await data.admin('create-admin', args, 'password')).text).toBe(
      'error: The password is too common. Choose another one.',
    )
    expect((await data.admin('create-admin', args)).text).toBe(
      'error: There is no password on standard input.',
    )
    const created = await data.admin('create-admin', args, `${ada.password}\n`)
    expect([created.code, created.text.includes(ada.password)]).toEqual([0, false])
    const { at } = await data.serve()
    const { body } = await send(at, openfactory.signIn(ada))
    const session = await send(at, openfactory.getCurrentUser(body.session.token))
    expect(session.body).toMatchObject({ role: 'admin' })
  })

  it('rejects an unknown project, and options that the API does not have', async () => {
    const shop = await openData('bkend')
    const [{ project }] = await shop.adminJson('create-project', ['Shop'])
    const unknownProject = ['--project', 'nope', '--environment', 'prod']
    const text = `error: Unknown project nope/prod. Known projects: ${project}/prod.`
    expect(await shop.admin('create-admin', [...adaOptions, ...unknownProject])).toMatchObject({
      code: 1,
      text,
    })
    expect(await shop.admin('users', unknownProject)).toMatchObject({ code: 1, text })
    expect(await shop.adminJson('users')).toEqual([])
    const data = await openData('bedrud')
    await data.adminJson('create-admin', adaOptions)
    const other = ['--email', 'other@example.org', '--name', 'Other']
    expect((await data.admin('create-admin', [...other, '--organization', 'Engines'])).text).toBe(
      'error: This API has no organizations. Remove --organization.',
    )
    for (const scope of [
      ['--project', 'prj_1'],
      ['--environment', 'prod'],
    ])
      for (const args of [['create-admin', ...other], ['users']]) {
        const [command = '', ...more] = args
        expect((await data.admin(command, [...more, ...scope])).text).toBe('error: This API has no projects.')
      }
    expect(await data.adminJson('users')).toHaveLength(1)
  })

  it('creates a user whose listed role changes with set-role', async () => {
    const data = await openData('openfactory')
    const admin = await data.adminJson('create-admin', [...adaOptions, '--organization', 'Engines'])
    expect([admin.role, (await data.adminJson('users'))[0].role]).toEqual(['admin', 'admin'])
    await data.adminJson('set-role', [ada.email, 'member'])
    expect((await data.adminJson('users'))[0].role).toBe('member')
  })

  it('applies SETTINGS as the servers do', async () => {
    const data = await openData('bedrud', { SETTINGS: '{"passwords":{"minLength":24}}' })
    const create = (password: string) =>
      data.admin('create-admin', [...adaOptions, '--password-stdin'], password)
    expect((await create(ada.password)).text).toBe(
      'error: The password is too short for the rules of this API.',
    )
    expect((await create(`${ada.password}-and-more`)).code).toBe(0)
    const unusable = await openData('bedrud', { SETTINGS: '{"limits":{"nothing":null}}' })
    expect((await unusable.admin('create-admin', adaOptions)).text).toBe(
      'error: SETTINGS: This API has no limit nothing.',
    )
  })

  it('explains in one sentence why it cannot create an administrator', async () => {
    const fail = async (api: Parameters<typeof openData>[0], args: string[]) => {
      const data = await openData(api)
      const { code, text } = await data.admin('create-admin', args)
      return [code, text]
    }
    expect(await fail('bondmcp', adaOptions)).toEqual([1, 'error: This API has no administrators.'])
    expect(await fail('openfactory', adaOptions)).toEqual([
      1,
      'error: Administrators of this API belong to an organization. Add --organization <name>.',
    ])
    expect(await fail('bkend', adaOptions)).toEqual([
      1,
      'error: Users of this API belong to a project. Add --project <id> and --environment <name>.',
    ])
    expect(await fail('bedrud', ['--email', 'not-an-email', '--name', 'N'])).toEqual([
      1,
      'error: The email address is invalid.',
    ])
    expect(await fail('bedrud', ['--email', 'ada@example.org', '--name', 'A\u200Bda'])).toEqual([
      1,
      'error: The name has invisible characters.',
    ])
  })

  it('rejects an email that has an account', async () => {
    const data = await openData('bedrud')
    await data.adminJson('create-admin', adaOptions)
    expect((await data.admin('create-admin', adaOptions)).text).toBe(
      'error: An account with this email exists. Make it an administrator with set-role.',
    )
  })
})

describe('the user commands', () => {
  it('disables and enables a user of a running server, with immediate effect', async () => {
    const data = await openData('bedrud')
    const { at } = await data.serve()
    await send(at, bedrud.signUp(ada))
    const { body } = await send(at, bedrud.signIn(ada))
    const check = async () =>
      (await send(at, bedrud.getCurrentUser(body.tokens?.accessToken ?? body.accessToken))).status
    expect(await check()).toBe(200)
    expect((await data.admin('disable', [ada.email])).text).toBe(`${ada.email}: disabled, role user`)
    expect(await check()).not.toBe(200)
    expect((await send(at, bedrud.signIn(ada))).status).not.toBe(200)
    const { audit } = await data.admin('enable', [ada.email])
    expect(audit).toEqual([expect.objectContaining({ event: 'accountChange', outcome: 'succeeded' })])
    expect((await send(at, bedrud.signIn(ada))).status).toBe(200)
  })

  it('sets a role or plan, and lists the valid ones if it is unknown', async () => {
    const data = await openData('bondmcp')
    const { at } = await data.serve()
    await send(at, bondmcp.signUp(ada))
    expect(await data.adminJson('set-plan', [ada.email, 'professional'])).toMatchObject({
      plan: 'professional',
    })
    expect((await data.admin('set-plan', [ada.email, 'gold'])).text).toMatch(
      /^error: This API has no plan gold, only .+\.$/,
    )
    expect((await data.admin('set-role', [ada.email, 'admin'])).text).toBe(
      'error: This API has no role admin.',
    )
    expect((await data.admin('set-plan', ['nobody@example.org', 'free'])).text).toBe(
      'error: No user nobody@example.org found.',
    )
  })

  it('leaves no trace of a deleted user in the files of the database', async () => {
    const data = await openData('openfactory')
    const { at } = await data.serve()
    const charlotte = { ...ada, email: 'charlotte-unique@example.org', name: 'Charlotte Unique' }
    await send(at, openfactory.signUp({ ...charlotte }))
    await send(at, openfactory.requestReset?.(charlotte.email) ?? { method: 'GET', path: '/' })
    expect((await data.admin('delete', [charlotte.email])).text).toMatch(/Add --yes/)
    const { text, audit } = await data.admin('delete', [charlotte.email, '--yes'])
    expect(text).toBe(`Deleted ${charlotte.email} and all their data.`)
    expect(audit).toMatchObject([{ event: 'accountDeletion' }])
    expect((await send(at, openfactory.signIn(charlotte))).status).toBe(401)
    const files = (await readdir(data.folder)).filter((name) => name.startsWith('openfactory.db'))
    for (const name of files) {
      const content = await readFile(join(data.folder, name), 'latin1')
      expect([name, content.includes('charlotte-unique')]).toEqual([name, false])
      expect([name, content.includes('Charlotte Unique')]).toEqual([name, false])
    }
  })

  it('deletes all uploads of a deleted user, without knowing the PUBLIC_URL of the server', async () => {
    const data = await openData('bkend')
    const [{ key }] = await data.adminJson('create-project', ['Shop'])
    const server = await data.serve([], { PUBLIC_URL: 'http://localhost:4021' })
    const headers = { 'x-api-key': key }
    const { body: tokens } = await send(server.at, { ...bkend.signUp(ada), headers })
    const me = { ...headers, authorization: `Bearer ${tokens.accessToken}` }
    const { body: user } = await send(server.at, { method: 'GET', path: '/v1/auth/me', headers: me })
    const avatar = `/v1/users/${user.id}/avatar`
    const upload = async () => {
      const form = { filename: 'a.gif', contentType: 'image/gif' }
      const request = { method: 'POST', path: `${avatar}/upload-url`, body: form, headers: me }
      const { body } = await send(server.at, request)
      const { pathname, search } = new URL(body.url)
      const gif = { method: 'PUT', headers: { 'content-type': 'image/gif' }, body: 'GIF89a and more' }
      expect((await fetch(server.at + pathname + search, gif)).status).toBe(200)
      return body.key
    }
    const [s3Key] = [await upload(), await upload()]
    const set = await send(server.at, { method: 'PATCH', path: avatar, body: { s3Key }, headers: me })
    expect(set.status).toBe(200)
    const folder = join(`${data.file}-uploads`, 'avatars')
    expect(await readdir(join(folder, user.id))).toHaveLength(2)
    await data.adminJson('delete', [user.id, '--yes'])
    expect(await readdir(folder)).toEqual([])
  })

  it('deletes a user of one project, and keeps the user with the same email in another', async () => {
    const data = await openData('bkend')
    const newKey = async (project: string) => (await data.adminJson('create-project', [project]))[0]
    const [one, other] = [await newKey('One'), await newKey('Other')]
    const server = await data.serve()
    const ids: string[] = []
    for (const { key } of [one, other]) {
      const headers = { 'x-api-key': key }
      await send(server.at, { ...bkend.signUp(ada), headers })
      const { body } = await send(server.at, { ...bkend.signIn(ada), headers })
      const me = { ...headers, authorization: `Bearer ${body.accessToken}` }
      ids.push((await send(server.at, { ...bkend.getCurrentUser(body.accessToken), headers: me })).body.id)
      await send(server.at, { ...(bkend.requestReset?.(ada.email) ?? bkend.signIn(ada)), headers })
    }
    server.kill('SIGTERM')
    await server.ended
    const database = new DatabaseSync(data.file)
    onTestFinished(() => database.close())
    const realms = () =>
      new Set(
        database
          .prepare('SELECT realm FROM outbox WHERE recipient = ?')
          .all(ada.email)
          .map(({ realm }) => realm),
      )
    expect(realms()).toEqual(new Set([realmOf(one.project, 'prod'), realmOf(other.project, 'prod')]))
    await data.adminJson('delete', [ids[0] ?? '', '--yes'])
    expect(realms()).toEqual(new Set([realmOf(other.project, 'prod')]))
  })

  it('lists users without their secrets', async () => {
    const data = await openData('bedrud')
    await data.adminJson('create-admin', adaOptions)
    const found = await data.adminJson('users')
    expect(found).toHaveLength(1)
    expect(JSON.stringify(found)).not.toMatch(/argon2|totp/i)
    expect((await data.admin('users', ['--email', ada.email])).text).toContain(found[0].id)
    expect((await data.admin('users', ['--email', 'x@example.org'])).text).toBe('No users found.')
  })

  it('rejects an invalid email', async () => {
    const data = await openData('openfactory')
    await data.adminJson('create-admin', [...adaOptions, '--organization', 'Engines'])
    expect(await data.admin('users', ['--email', 'not mail'])).toMatchObject({
      code: 1,
      text: 'error: The email address is invalid.',
    })
  })

  it('creates an invitation for one sign-up if the API has invitations', async () => {
    const data = await openData('bedrud', { SETTINGS: '{"registration":"inviteOnly"}' })
    const { at } = await data.serve()
    expect((await send(at, bedrud.signUp(ada))).status).toBe(403)
    const { token } = await data.adminJson('invite')
    const signUp = bedrud.signUp(ada)
    const invited = { ...signUp, body: { ...(signUp.body as object), inviteToken: token } }
    expect((await send(at, invited)).status).toBe(bedrud.statuses.signedUp)
    const other = { ...invited, body: { ...invited.body, email: 'other@example.org' } }
    expect((await send(at, other)).status).toBe(403)
  })

  it('reports a missing database, and does not create one', async () => {
    const data = await openData('bedrud')
    const { code, text } = await data.admin('users')
    expect([code, text]).toEqual([
      1,
      `error: No database found at ${data.file}. Pass --data <folder> or set DATABASE.`,
    ])
    expect(await readdir(data.folder)).toEqual([])
  })
})
