import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { start, temporaryFolder } from './child.ts'

const startIn = (folder: string, more: string[] = []) =>
  start(['start', '--port', '0', '--data', folder, ...more])
const serveIn = (folder: string, api = 'bkend') =>
  start(['serve', api, '--port', '0', '--data', folder], {}, 'src/cli/auth-contracts.js')
const seedOf = (url: string) => fetch(`${url}/sandbox/bkend/__dev/seed`)

describe('a data folder that cannot be used', () => {
  const refused = (folder: string, reason: string) =>
    `error: Data cannot be stored in ${folder}: ${reason}. Pass --data <folder> for another folder, or --memory to keep nothing.\n`

  it('makes start exit with 1 and one sentence if a file is in its place', async () => {
    const file = join(await temporaryFolder(), 'data')
    await writeFile(file, '')
    for (const folder of [file, join(file, 'below')]) {
      const hub = startIn(folder)
      expect([await hub.ended, hub.output()]).toEqual([
        1,
        refused(folder, 'a file exists where a folder is needed'),
      ])
    }
  })

  it.runIf(process.platform === 'linux')(
    'makes start exit with 1 if nothing can be created in it',
    async () => {
      for (const folder of ['/proc', '/proc/x']) {
        const hub = startIn(folder)
        expect([await hub.ended, hub.output()]).toEqual([1, expect.stringContaining(`stored in ${folder}: `)])
        expect(hub.output()).toMatch(/^error: .+\n$/)
      }
    },
  )

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'makes start exit with 1 if the folder or a database in it is read-only',
    async () => {
      const folder = await temporaryFolder()
      await writeFile(join(folder, 'bkend.db'), '', { mode: 0o400 })
      const database = startIn(folder)
      expect([await database.ended, database.output()]).toEqual([
        1,
        refused(join(folder, 'bkend.db'), 'permission denied'),
      ])
      await chmod(folder, 0o500)
      const whole = startIn(folder)
      expect([await whole.ended, whole.output()]).toEqual([1, refused(folder, 'permission denied')])
      await chmod(folder, 0o700)
    },
  )

  it('starts with --memory all the same', async () => {
    const file = join(await temporaryFolder(), 'data')
    await writeFile(file, '')
    expect((await seedOf(await startIn(file, ['--memory']).url())).status).toBe(200)
  })
})

describe('a new data folder', () => {
  it('is ignored by Git as a whole', async () => {
    const parent = await temporaryFolder()
    const folder = join(parent, 'data')
    await startIn(folder).url()
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('*\n')
    expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700')
    const second = join(parent, 'second')
    await serveIn(second).url()
    expect(await readFile(join(second, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('is made only once: an existing folder and its .gitignore stay unchanged', async () => {
    const parent = await temporaryFolder()
    const [existing, own] = [join(parent, 'existing'), join(parent, 'own')]
    await mkdir(existing)
    await mkdir(own)
    await writeFile(join(own, '.gitignore'), '*.db\n')
    await startIn(existing).url()
    await startIn(own).url()
    expect(await readdir(existing)).not.toContain('.gitignore')
    expect(await readFile(join(own, '.gitignore'), 'utf8')).toBe('*.db\n')
  })
})

describe('a data folder in use', () => {
  const inUse = (folder: string, pid: number | undefined, url: string) =>
    `error: The data in ${folder} is in use by another server (process ${pid}, ${url}). Stop it, or pass --data <other folder> or --memory.\n`

  it('refuses a second server, because a reset of one would delete the data of the other', async () => {
    const folder = await temporaryFolder()
    const first = startIn(folder)
    const url = await first.url()
    const second = startIn(folder)
    expect([await second.ended, second.output()]).toEqual([1, inUse(folder, first.pid, url)])
    const served = serveIn(folder)
    expect([await served.ended, served.output()]).toEqual([1, inUse(folder, first.pid, url)])
    expect((await seedOf(url)).status).toBe(200)
  })

  it('starts a second server after the first one, even if the first one was killed', async () => {
    const folder = await temporaryFolder()
    const first = startIn(folder)
    await first.url()
    first.kill('SIGKILL')
    await first.ended
    const second = startIn(folder)
    await second.url()
    second.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    await startIn(folder).url()
  })

  it('lets servers of different APIs share a folder, and those with --memory', async () => {
    const folder = await temporaryFolder()
    const first = serveIn(folder)
    const url = await first.url()
    await serveIn(folder, 'bedrud').url()
    await startIn(folder, ['--memory']).url()
    const hub = startIn(folder)
    const output = inUse(folder, first.pid, url)
    expect([await hub.ended, hub.output()]).toEqual([1, expect.stringMatching(/^error: The data in /)])
    const again = serveIn(folder)
    expect([await again.ended, again.output()]).toEqual([1, output])
  })

  it('refuses a sandbox that a reload adds until the other server has ended', async () => {
    const [folder, project] = [await temporaryFolder(), await temporaryFolder()]
    await writeFile(
      join(project, 'acme.yaml'),
      'openapi: 3.1.0\ninfo: { title: Acme, version: 1.0.0 }\npaths: { /a: { get: { responses: { 200: { description: OK } } } } }\n',
    )
    const config = join(project, 'auth-contracts.config.json')
    const configure = (apis: string[]) =>
      writeFile(config, JSON.stringify({ contracts: { acme: './acme.yaml' }, apis }))
    await configure([])
    const hub = startIn(folder, ['--config', config])
    const hubUrl = await hub.url()
    const served = serveIn(folder)
    const url = await served.url()

    await configure(['bkend'])
    await hub.prints(/^error: .*\n/m)
    expect(hub.output()).toContain(inUse(folder, served.pid, url).replace(/\n$/, ' Nothing was reloaded.\n'))
    expect((await seedOf(hubUrl)).status).toBe(404)

    served.kill('SIGTERM')
    expect(await served.ended).toBe(0)
    await configure(['bkend', 'bedrud'])
    await expect.poll(async () => (await seedOf(hubUrl)).status).toBe(200)
    const again = serveIn(folder)
    expect([await again.ended, again.output()]).toEqual([1, inUse(folder, hub.pid, hubUrl)])
    await configure(['bedrud'])
    await expect.poll(async () => (await seedOf(hubUrl)).status).toBe(404)
    await configure(['bedrud', 'bkend'])
    await expect.poll(async () => (await seedOf(hubUrl)).status).toBe(200)
  })

  it('runs admin commands while a server uses the folder', async () => {
    const folder = await temporaryFolder()
    const url = await startIn(folder).url()
    await seedOf(url)
    const admin = start(['admin', 'users', 'bkend', '--data', folder])
    expect([await admin.ended, admin.output()]).toEqual([0, expect.stringContaining('user@example.com')])
  })
})
