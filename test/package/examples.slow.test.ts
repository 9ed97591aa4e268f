import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Consumer, createBase, createConsumer } from './consumer.ts'
import { pack, root } from './pack.ts'

let base: string
let remove: () => Promise<void>
let tarball: string
beforeAll(async () => {
  ;({ base, remove } = await createBase())
  tarball = (await pack()).main
}, 180_000)
afterAll(() => remove())

/** Copies an example out of the repository, and installs the package in it. */
async function installExample(name: string): Promise<Consumer> {
  const folder = join(root, 'examples', name)
  const paths = globSync('**/*.{ts,tsx,js,json,html}', { cwd: folder, exclude: ['node_modules'] })
  const files = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const),
  )
  const consumer = await createConsumer(base, Object.fromEntries(files))
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  manifest.dependencies['auth-contracts'] = `file:${tarball}`
  await consumer.write({ 'package.json': JSON.stringify(manifest) })
  await consumer.run('npm', ['install', '--ignore-scripts'])
  return consumer
}

describe('the example for Vitest', () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await installExample('vitest')
  }, 240_000)

  it('passes its tests with mails, the clock and OAuth', async () => {
    const { stdout } = await consumer.run('npm', ['test'])
    expect(stdout).toMatch(/Tests .*2 passed/)
  })

  it('passes its type checks, including declarations', () => consumer.run('npm', ['run', 'typecheck']))

  it('needs at most 25 lines to test mails, the clock and OAuth', async () => {
    const source = await readFile(join(root, 'examples/vitest/src/auth.test.ts'), 'utf8')
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
  })
})
