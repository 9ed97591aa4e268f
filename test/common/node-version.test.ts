import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

/** Runs a program that takes this Node for another version, and returns the message of its error. */
async function errorOf(program: string, version: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    `Object.defineProperty(process.versions, 'node', { value: '${version}' })
    Object.defineProperty(process, 'version', { value: 'v${version}' })
    const load = (path) => import(new URL(path, ${JSON.stringify(import.meta.url)}))
    try { ${program} } catch (error) { console.log(error.name + ': ' + error.message) }`,
  ])
  return stdout.trim()
}

describe('an old Node version', () => {
  it.each([
    ['the sandbox for tests', "await load('../../src/testing/index.ts')", '22.17.1'],
    ['the sandbox', "await load('../../src/sandbox/index.ts')", '20.20.2'],
    ['the server', "await load('../../src/server/index.ts')", '20.20.2'],
    ['the mock', "await (await load('../../src/hub/create-mock.ts')).createMock('bkend')", '20.20.2'],
  ])('reports the required version when %s is used', async (_, program, version) => {
    expect(await errorOf(program, version)).toBe(
      `UserError: auth-contracts needs Node.js 22.18 or newer, not v${version}. Install Node.js 24 from https://nodejs.org.`,
    )
  })

  it('loads the handlers for MSW', async () => {
    expect(await errorOf("await load('../../src/msw/index.ts')", '20.20.2')).toBe('')
  })
})
