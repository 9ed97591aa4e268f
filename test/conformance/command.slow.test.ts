import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AtEnd, start, temporaryFolder } from '../cli/child.ts'
import { run } from '../cli/run.ts'
import { itemContract, startItemServer } from './item-server.ts'

const root = resolve(import.meta.dirname, '../..')
const program = 'src/cli/auth-contracts.js'
const runTest = (...args: string[]) => run(['test', ...args])
/** Runs the examples only, because the server does not validate requests. */
const testItems = (url: string, ...args: string[]) =>
  runTest(
    ...['--contract', itemContract, '--url', url],
    ...(args.includes('--only') ? [] : ['--only', 'cases']),
    ...args,
  )

/** The outcome of a test that could not run: one sentence, without a stack trace. */
const notRun = (message: RegExp) => ({
  code: 2,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^error: ${message.source}[^\\n]*\\n$`)),
})

describe('auth-contracts test', () => {
  it('shows examples of its use', async () => {
    const { code, stdout } = await runTest('--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/Examples:\n {2}npx auth-contracts test <api> --url /)
  })

  it('accepts a server that keeps a contract in several files, and says before what it will do', async () => {
    const { url } = await startItemServer()
    const { code, stdout, stderr } = await testItems(url, '--seed', '7')
    expect(stderr).toMatch(
      /^Testing http:\S+ by the contract of items \(4 operations\): \d+ tests, seed 7\.\n/,
    )
    expect(stderr).toMatch(
      /\d+ of them create or change data there: they send the requests of the contract\./,
    )
    expect(stderr).toContain('Hooks: none')
    expect(stdout).toContain('Passed.')
    expect(code).toBe(0)
  })

  it('names the broken field with its file and line, and the request that shows it', async () => {
    const { url } = await startItemServer('wrongType')
    const { code, stdout } = await testItems(url)
    const lines = (await readFile(join(itemContract, '../item.yaml'), 'utf8')).split('\n')
    const line = lines.findIndex((text) => /^ {6}id:/.test(text)) + 2
    expect(stdout).toContain(' must be string.')
    expect(stdout).toContain(`items/item.yaml:${line} `)
    expect(stdout).toMatch(/curl -i -X (?:GET|POST) 'http:[^']*\/items/)
    expect(code).toBe(1)
  })

  it('prints nothing but plain text without a terminal', async () => {
    const { url } = await startItemServer('wrongType')
    const { stdout, stderr } = await testItems(url)
    expect(stdout + stderr).not.toContain('\u001b')
  })

  it('sends the headers of --header, and only reads with --read-only', async () => {
    const { url, requests } = await startItemServer()
    const { stderr } = await testItems(url, '--header', 'X-Team: blue', '--read-only')
    expect(stderr).toContain('It only reads')
    // The kit looks for the controls of a development server.
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']))
    expect(requests.every(({ headers }) => headers['x-team'] === 'blue')).toBe(true)
  })

  it('runs only the packs and operations of --only', async () => {
    const { url } = await startItemServer('wrongType')
    const { code, stdout } = await testItems(url, '--only', 'cases,createSession')
    expect(code).toBe(0)
    expect(stdout).toContain('1 of 1 operation')
  })

  it('fails below the coverage of --require-coverage, and passes at it', async () => {
    const { url } = await startItemServer()
    // 7 of 8 declared responses: no request leads to 503.
    const [enough, tooLittle] = await Promise.all([
      testItems(url, '--require-coverage', '87'),
      testItems(url, '--require-coverage', '88'),
    ])
    expect(enough).toMatchObject({ code: 0, stdout: expect.stringContaining('(87.5 %)') })
    expect(tooLittle).toMatchObject({ code: 1, stdout: expect.stringContaining('coverage is below 88 %') })
  })

  it('masks a password in the URL', async () => {
    const { url } = await startItemServer('wrongType')
    const withPassword = url.replace('//', '//team:open-sesame@')
    const [report, error] = await Promise.all([
      testItems(withPassword),
      testItems(withPassword.replace('http:', 'https:')),
    ])
    expect(report.code).toBe(1)
    expect(error.code).toBe(2)
    expect([report, error].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain('sesame')
  })

  it('reports a crash as a failure instead of ending', async () => {
    const { url } = await startItemServer('noResponse')
    const { code, stdout } = await testItems(url)
    expect(code).toBe(1)
    expect(stdout).toMatch(/not_a_server_error: The server at \S+ closed the connection without a response/)
    expect(stdout).toContain('Response: none')
  })
})

describe('wrong use', () => {
  it.each<[args: string[], message: RegExp]>([
    [[], /Pass the name of an API \(bedrud, .*\), or a contract with --contract/],
    [['unknown'], /Unknown API "unknown"\. Available: bedrud, /],
    [['openfactory'], /Pass the base URL of the server, such as --url /],
    [['openfactory', '--url', 'ftp://x'], /--url ftp:\/\/x is not an http or https URL/],
    [['openfactory', '--url', 'http://localhost:9?a=b'], /--url \S+ has a query or fragment/],
    [
      ['openfactory', '--contract', itemContract],
      /Pass either the API openfactory or --contract \S+, not both/,
    ],
    [['openfactory', '--url', 'http://localhost:9', '--only', 'x'], /--only x is neither a pack \(cases, /],
    [['openfactory', '--frob'], /unknown option '--frob'/],
    [['openfactory', '--rate', 'fast'], /option '--rate <number>' argument 'fast' is invalid\./],
    [['openfactory', '--header', 'X'], /option '--header <header>' argument 'X' is invalid\./],
    [['openfactory', '--require-coverage', '101'], /option '--require-coverage <percent>' argument '101' is/],
    [['--contract', 'package.json', '--url', 'http://x'], /package\.json is not an OpenAPI document: /],
  ])('rejects %j with one sentence', async (args, message) => {
    expect(await run(['test', ...args], root)).toEqual(notRun(message))
  })

  it('checks the paths of the reports before the run, and leaves nothing half written', async () => {
    const { url, requests } = await startItemServer()
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const [isFolder, below, twice] = await Promise.all([
      testItems(url, '--json', folder),
      testItems(url, '--html', join(folder, 'new.html'), '--junit', join(folder, 'file/report.xml')),
      testItems(url, '--json', join(folder, 'same'), '--har', join(folder, 'same')),
    ])
    expect(isFolder).toEqual(notRun(/--json \S+: a folder exists where a file is needed/))
    expect(below).toEqual(notRun(/--junit \S+: a file exists where a folder is needed/))
    expect(twice).toEqual(notRun(/--json and --har name the same file/))
    expect(requests).toEqual([])
    expect(await readdir(folder)).toEqual(['file'])
  })
})

describe('a server that cannot be tested', () => {
  it('is explained in one sentence when it hangs, or has another scheme', async () => {
    const [silent, server] = await Promise.all([startItemServer('hangs'), startItemServer()])
    const [hangs, wrongScheme] = await Promise.all([
      testItems(silent.url, '--timeout', '0.5'),
      testItems(server.url.replace('http:', 'https:')),
    ])
    expect(hangs).toEqual(notRun(/No response from \S+ within 0\.5 s\./))
    expect(wrongScheme).toEqual(notRun(/The server at \S+ does not speak HTTPS\. Correct the scheme/))
  })
})

describe('with a development server', () => {
  let url: string
  const ends: Parameters<AtEnd>[0][] = []
  beforeAll(async () => {
    const folder = await temporaryFolder((end) => ends.push(end))
    await mkdir(join(folder, 'data'))
    const server = start(
      ['serve', 'openfactory', '--memory', '--port', '0', '--data', join(folder, 'data')],
      {},
      program,
      { atEnd: (end) => ends.push(end) },
    )
    url = await server.url()
  })
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })

  const rateLimits = async () => {
    const response = await fetch(`${url}/__dev/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    return (await response.json()).rateLimits
  }

  it('finds the controls of the server, and leaves its settings as they were', async () => {
    const before = await rateLimits()
    const { code, stdout, stderr } = await runTest(
      'openfactory',
      '--url',
      url,
      '--only',
      'getSession',
      '--strict',
    )
    expect(stderr).toMatch(/Hooks: .*latestMail/)
    expect(stderr).toContain('users with test emails (auth-contracts-…@example.com)')
    expect(stdout).toContain('Passed.')
    expect(code).toBe(0)
    expect(await rateLimits()).toBe(before)
  })

  it('creates no user with --read-only', async () => {
    const report = join(await temporaryFolder(), 'report.har')
    const { stdout, stderr } = await runTest('openfactory', '--url', url, '--read-only', '--har', report)
    expect(stderr).toContain('It only reads')
    expect(stdout).toContain('The test needs a request with effects, and the run only reads.')
    const { log } = JSON.parse(await readFile(report, 'utf8'))
    const methods = log.entries.map(({ request }: { request: { method: string } }) => request.method)
    expect(methods.filter((method: string) => !['GET', 'HEAD', 'TRACE'].includes(method))).toEqual([])
  })

  it('says which API a server looks like when the contract is of another', async () => {
    expect(await runTest('bedrud', '--url', url)).toEqual(
      notRun(/No path of bedrud exists at \S+: the server looks like openfactory\./),
    )
  })

  it('stops on Ctrl+C, writes the reports of what it did, and restores the settings', async () => {
    const before = await rateLimits()
    const folder = await temporaryFolder()
    const report = join(folder, 'report.json')
    const child = start(
      ['test', 'openfactory', '--url', url, '--rate', '15', '--only', 'signUp,signIn', '--json', report],
      {},
      program,
    )
    await child.prints(/of \d+ tests/)
    expect(await rateLimits()).toBe(false)
    child.kill('SIGINT')
    expect(await child.ended).toBe(130)
    expect(child.output()).toContain('Stopped after')
    expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({ interrupted: true, passed: false })
    expect(await rateLimits()).toBe(before)
  })
})
