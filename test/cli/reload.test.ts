import { once } from 'node:events'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { start, temporaryFolder } from './child.ts'

const contractOf = (answer: string) => `openapi: 3.1.0
info: { title: Acme, version: 1.0.0 }
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        '200':
          description: OK
          content: { application/json: { schema: { $ref: schemas/Thing.yaml }, example: ${answer} } }
`

let folder: string
let file: string
beforeEach(async () => {
  folder = await temporaryFolder()
  file = join(folder, 'acme.yaml')
  await mkdir(join(folder, 'schemas'))
  await writeFile(join(folder, 'schemas/Thing.yaml'), 'title: First\n')
  await save('one')
})

/** Saves the contract like an editor, which replaces the file. */
async function save(answer: string): Promise<void> {
  await writeFile(`${file}~`, contractOf(answer))
  await rename(`${file}~`, file)
}

const run = (...args: string[]) => start(args, {}, 'src/cli/auth-contracts.js')

describe('the start command', () => {
  it('serves the new version of a contract, and keeps the last one while a file is invalid', async () => {
    const other = join(folder, 'other.yaml')
    await writeFile(other, contractOf('other'))
    const config = join(folder, 'auth-contracts.config.mjs')
    const configure = (contracts: object) =>
      writeFile(config, `export default { contracts: ${JSON.stringify(contracts)} }`)
    await configure({ acme: './acme.yaml' })
    const server = run('start', '--config', config, '--memory', '--port', '0')
    const url = await server.url()
    const answer = async (name = 'acme') => (await fetch(`${url}/mock/${name}/thing`)).json()
    const contract = async () => (await fetch(`${url}/contracts/acme/openapi.json`)).text()
    expect(await answer()).toBe('one')

    await save('two')
    await server.prints(/^Reloaded acme: .*acme\.yaml changed\.$/m)
    expect(await answer()).toBe('two')

    await writeFile(join(folder, 'schemas/Thing.yaml'), 'title: [')
    await server.prints(
      /^error: .*Thing\.yaml is neither JSON nor YAML: .* at line 1, .* The last version of acme stays in use\.$/m,
    )
    expect(await contract()).toContain('First')

    await writeFile(join(folder, 'schemas/Thing.yaml'), 'title: Second\n')
    await server.prints(/^Reloaded acme: .*schemas\/Thing\.yaml changed\.$/m)
    expect(await contract()).toContain('Second')

    await configure({ acme: './acme.yaml', other: './other.yaml' })
    await server.prints(/^Added other from .*other\.yaml\.$/m)
    expect([await answer(), await answer('other')]).toEqual(['two', 'other'])
    await configure({ acme: './acme.yaml', other: './missing.yaml' })
    await server.prints(/^error: .*missing\.yaml: no such file .* The last version of other stays in use\.$/m)
    await configure({ acme: './acme.yaml' })
    await server.prints(/^Removed other\.$/m)
    expect((await fetch(`${url}/mock/other/thing`)).status).toBe(404)

    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
  })
})

describe('a contract with two names', () => {
  it('is not reloaded when another contract changes', async () => {
    const other = join(folder, 'other.yaml')
    await writeFile(other, contractOf('other'))
    const contracts = [`a=${file}`, `b=${file}`, other].flatMap((contract) => ['--contract', contract])
    const server = run('start', ...contracts, '--memory', '--port', '0')
    await server.url()
    await writeFile(other, contractOf('changed'))
    await server.prints(/^Reloaded other: /m)
    await save('two')
    await server.prints(/^Reloaded b: /m)
    expect(server.output().match(/^Reloaded \w+/gm)).toEqual(['Reloaded other', 'Reloaded a', 'Reloaded b'])
  })
})

describe('the mock command', () => {
  it('warns about a schema that is not usable, and about one of a new version', async () => {
    await writeFile(join(folder, 'schemas/Thing.yaml'), 'title: A\ntype: int\n')
    const server = run('mock', '--contract', file, '--port', '0')
    await server.prints(/^warning: .*Thing\.yaml:2 "int" is not a type of JSON Schema\./m)
    await writeFile(join(folder, 'schemas/Thing.yaml'), 'title: A\n\nenum: []\n')
    await server.prints(/^Reloaded acme[\s\S]*^warning: .*Thing\.yaml:3 enum is empty/m)
  })

  it('serves the new version of a contract', async () => {
    const server = run('mock', '--contract', file, '--port', '0')
    const url = await server.url()
    await save('two')
    await server.prints(/^Reloaded acme: /m)
    expect(await (await fetch(`${url}/thing`)).json()).toBe('two')
  })
})

describe('the generate command with --watch', () => {
  it('generates again when a file of a contract changes, and says why if it cannot', async () => {
    const out = join(folder, 'out')
    const command = run('generate', '--contract', file, '--out', out, '--watch')
    await command.prints(/Generated acme in .* s\.\nWatching the contracts for changes\./)
    await writeFile(file, 'openapi: 2')
    await command.prints(/^error: .*acme\.yaml is not an OpenAPI document/m)
    await save('two')
    await command.prints(/Watching[\s\S]*acme\/openapi\.json\n[\s\S]*Generated acme in /)
    expect(await readFile(join(out, 'acme/openapi.json'), 'utf8')).toContain('"example": "two"')
    command.kill('SIGINT')
    await command.ended
  })

  it('ends with an error if no contract is a local file', async () => {
    const command = run('generate', '--watch')
    expect([await command.ended, command.output()]).toEqual([
      1,
      'error: Pass an OpenAPI document, such as --contract ./openapi.yaml.\n',
    ])
    const server = createServer(
      (_, response) => void response.end(contractOf('remote').replace(/\$ref: \S+/, 'type: string')),
    ).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const remote = run('generate', '--contract', `a=${url}`, '--out', join(folder, 'out'), '--watch')
    expect(await remote.ended).toBe(1)
    expect(remote.output()).toMatch(/^error: There is nothing to watch: contracts at URLs are read once\./m)
  })

  it('goes on watching after files that could not be written', async () => {
    const out = join(folder, 'out')
    await writeFile(out, '')
    const command = run('generate', '--contract', file, '--out', out, '--watch')
    const problem = 'error: .*out: a file exists where a folder is needed\\. Choose another path\\.\\n'
    await command.prints(new RegExp(`^${problem}Watching the contracts`))
    await save('two')
    await command.prints(new RegExp(`^${problem}Watching.*\\n${problem}$`))
    await rm(out)
    await save('three')
    await command.prints(/Generated acme in /)
  })
})
