import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { announcesBreak, diffContracts, exitCodeOf } from '../../build/contract-diff.ts'

const root = resolve(import.meta.dirname, '../..')
const script = join(root, 'build/diff.ts')
const run = promisify(execFile)

const contract = (version: string, required: string) => `openapi: 3.1.0
info: { title: Alpha, version: ${version} }
paths:
  /ping:
    post:
      operationId: ping
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [${required}]
              properties: { one: { type: string }, two: { type: string } }
      responses:
        '204': { description: Done. }
`

let folder: string
let repository: string
const write = (version: string, required: string) =>
  writeFile(join(repository, 'openapi/alpha/openapi.yaml'), contract(version, required))
const git = (...args: string[]) =>
  run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: repository })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diff-'))
  repository = join(folder, 'repository')
  await mkdir(join(repository, 'openapi/alpha'), { recursive: true })
  await git('init', '--quiet')
  await git('commit', '--quiet', '--allow-empty', '--message', 'start')
  await write('1.0.0', 'one')
  await git('add', '.')
  await git('commit', '--quiet', '--message', 'contract')
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs the script in a folder, and returns its exit code and its output. */
async function runDiff(cwd: string, ...args: string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [script, ...args], { cwd })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

describe('comparing contracts', () => {
  it('finds a breaking change, and accepts it once the major version is higher', async () => {
    await write('1.0.0', 'one, two')
    const [same] = await diffContracts(repository, 'HEAD')
    expect(same).toMatchObject({ variant: 'alpha', summary: { major: 1 }, versions: { current: '1.0.0' } })
    expect(same?.breaking).toEqual([expect.stringMatching(/^\/ping post requestBody .*`two`/)])
    expect(same && exitCodeOf([same], false, '0.1.0')).toBe(1)

    await write('2.0.0', 'one, two')
    const raised = await diffContracts(repository, 'HEAD')
    expect(raised[0]?.breaking).toHaveLength(1)
    expect(exitCodeOf(raised, false, '0.1.0')).toBe(0)
  })

  it('accepts compatible changes with the same version', async () => {
    await write('1.0.0', '')
    const diffs = await diffContracts(repository, 'HEAD')
    expect(diffs).toMatchObject([{ breaking: [], summary: { major: 0 } }])
    expect(exitCodeOf(diffs, false, '1.0.0')).toBe(0)
  })

  it('tells new contracts from removed ones, which are breaking changes', async () => {
    await write('1.0.0', 'one')
    await cp(join(repository, 'openapi/alpha'), join(repository, 'openapi/beta'), { recursive: true })
    await rm(join(repository, 'openapi/alpha'), { recursive: true })
    const diffs = await diffContracts(repository, 'HEAD')
    await git('clean', '--quiet', '-fd')
    await git('checkout', '--quiet', '.')
    expect(diffs).toMatchObject([
      { variant: 'alpha', breaking: ['The contract was removed.'] },
      { variant: 'beta', breaking: [] },
    ])
    expect(exitCodeOf(diffs, false, '1.0.0')).toBe(1)
  })

  it.each([
    ['1.2.3', '2.0.0', true],
    ['1.2.3', '1.3.0', false],
    ['0.2.3', '0.3.0', true],
    ['0.2.3', '0.2.4', false],
    ['0.2.3', '1.0.0', true],
    ['2.0.0', '1.9.0', false],
    ['1.9.0', '1.10.0', false],
  ])('decides whether %s to %s announces a breaking change', (base, current, expected) => {
    expect(announcesBreak({ base, current })).toBe(expected)
  })

  it('accepts breaking changes in a report while the version of the package is 0.x', async () => {
    await write('1.0.0', 'one, two')
    const diffs = await diffContracts(repository, 'HEAD')
    await write('1.0.0', 'one')
    expect(exitCodeOf(diffs, true, '0.1.0')).toBe(0)
    expect(exitCodeOf(diffs, true, '1.0.0')).toBe(1)
  })
})

describe('npm run diff', () => {
  it('compares with the newest release, or with the revision that is passed', async () => {
    await git('tag', 'v0.9.0')
    await git('tag', 'v0.10.0')
    await write('1.0.0', 'one, two')
    const [release, revision, report] = await Promise.all([
      runDiff(repository),
      runDiff(repository, 'HEAD'),
      runDiff(repository, '--report'),
    ])
    await write('1.0.0', 'one')
    await git('tag', '--delete', 'v0.9.0', 'v0.10.0')
    expect(release).toEqual({
      code: 1,
      output: expect.stringMatching(/^alpha 1\.0\.0: 1 breaking, .* since v0\.10\.0\n {2}\/ping post /),
    })
    expect(revision).toEqual({ code: 1, output: expect.stringContaining(' since HEAD\n') })
    expect(report).toEqual({ ...release, code: 0 })
  })

  it('says in one sentence that there is no release, which only a report accepts', async () => {
    const clone = join(folder, 'clone')
    await run('git', ['clone', '--quiet', '--depth', '1', `file://${repository}`, clone])
    const empty = join(folder, 'empty')
    await mkdir(empty)
    for (const [cwd, words] of [
      [repository, 'there is no tag v*'],
      [clone, 'this shallow clone has no tag v*'],
      [empty, 'there is no tag v*'],
    ] as const) {
      const output = expect.stringMatching(/^Nothing to compare with: .+\n$/)
      expect(await runDiff(cwd, '--report')).toEqual({ code: 0, output })
      expect(await runDiff(cwd)).toEqual({ code: 1, output: expect.stringContaining(words) })
    }
  })

  it.each([
    ['an unknown revision', ['no-such-tag'], 'Git does not know the revision no-such-tag.'],
    ['an unknown revision in a report', ['--report', 'no-such-tag'], 'Git does not know'],
    ['a revision without contracts', ['HEAD~1'], 'The revision HEAD~1 has no folder openapi/.'],
    ['an unknown flag', ['--repot'], "Unknown option '--repot'."],
    ['two revisions', ['HEAD', 'HEAD~1'], 'Pass one revision only.'],
  ])('rejects %s in one line', async (_, args, message) => {
    const { code, output } = await runDiff(repository, ...args)
    expect({ code, lines: output.trimEnd().split('\n') }).toEqual({
      code: 1,
      lines: [expect.stringContaining(message)],
    })
  })

  it('is a report in CI', async () => {
    expect(await readFile(join(root, '.ci/run'), 'utf8')).toContain('npm run diff -- --report')
  })
})
