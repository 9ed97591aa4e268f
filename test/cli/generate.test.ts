import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from './run.ts'

const contract = `openapi: 3.1.0
info: { title: Acme, version: 1.0.0 }
paths:
  /ping:
    get: { responses: { '204': { description: Alive. } } }
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generate-'))
  await writeFile(join(folder, 'acme.yaml'), contract)
  await writeFile(join(folder, 'swagger.yaml'), "swagger: '2.0'")
})
afterAll(() => rm(folder, { recursive: true }))

describe('the generate command', () => {
  it('writes the code of contracts, and prints the files and warnings', async () => {
    const out = join(folder, 'out')
    const source = join(folder, 'acme.yaml')
    const { code, stdout, stderr } = await run(
      ['generate', '--contract', source, '--contract', `b=${source}`].concat('--out', out),
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/acme\/types\.ts\n[\s\S]*b\/types\.ts\nGenerated acme, b in \d+\.\d s\.\n$/)
    expect(stderr).toContain('acme.yaml:5 GET /ping has no operationId, so it is called getPing.')
    expect(await readdir(out)).toEqual(['acme', 'b'])
  })

  it.each([
    [[], 'Pass an OpenAPI document, such as --contract ./openapi.yaml.'],
    [['swagger.yaml'], 'swagger.yaml is Swagger 2.0, which is not supported.'],
    [['acme.yaml', 'missing.yaml'], 'missing.yaml: no such file or folder.'],
  ])('writes nothing for the contracts %j, and says why', async (names, message) => {
    const out = join(folder, 'nothing')
    const options = names.flatMap((name) => ['--contract', join(folder, name)])
    const { code, stderr } = await run(['generate', ...options, '--out', out])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) })
    expect(await readdir(folder)).not.toContain('nothing')
  })

  it('shows examples in its help', async () => {
    expect((await run(['generate', '--help'])).stdout).toMatch(/Examples:\n {2}npx /)
  })
})
