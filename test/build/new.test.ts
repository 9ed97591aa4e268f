import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApi } from '../../build/new/create-api.ts'
import { run } from '../cli/run.ts'
import { servedNames } from '../support/served.ts'

const project = resolve(import.meta.dirname, '../..')
const registries = [
  'src/client/index.ts',
  'src/conformance/variants/index.ts',
  'src/sandbox/registry.ts',
  'src/testing/adapters/index.ts',
  'src/variants/index.ts',
]

/** Creates a folder with the registries, and with files to add. */
async function createRoot(files: Record<string, string> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'new-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const path of registries) await cp(join(project, path), join(root, path))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

/** Returns the contents of all files by path. */
async function contentsOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const contents = files.map(async (file) => [file.slice(root.length + 1), await readFile(file, 'utf8')])
  return Object.fromEntries(await Promise.all(contents))
}

/** Returns the APIs that a registry lists. */
const namesIn = (text = '') =>
  [...text.matchAll(/^ {2}(\w+)(?:: async|,$)|^export type \* as (\w+)/gm)].map(
    ([, own, type]) => own ?? type,
  )

const contract = (paths: string) => `openapi: 3.1.0
info: { title: Notes, version: 2.1.0 }
components:
  securitySchemes:
    access-token: { type: http, scheme: Bearer }
paths:
${paths}`
const operation = (operationId: string, more = '') => `  /${operationId}:
    post:
      operationId: ${operationId}
      responses: { '204': { description: Done. } }
${more}`

describe('a new API without a contract', () => {
  it('gets an example with a server, adapters and facts for tests', async () => {
    const root = await createRoot()
    const { files, isExample } = await createApi({ root, name: 'acme' })
    expect(isExample).toBe(true)
    expect(files).toEqual(
      expect.arrayContaining([
        'openapi/acme/CHANGELOG.md',
        'openapi/acme/README.md',
        'openapi/acme/openapi.yaml',
        'src/client/acme.ts',
        'src/conformance/variants/acme.ts',
        'src/testing/adapters/acme.ts',
        'src/variants/acme/handlers/index.ts',
        'test/variants/acme/facts.ts',
        ...registries,
      ]),
    )
    const contents = await contentsOf(root)
    expect(Object.keys(contents)).toEqual(expect.arrayContaining([...files, 'generated/acme/routes.ts']))
    expect(files.filter((file) => /__\w+__/.test(file + contents[file]))).toEqual([])
  })

  it('is added to the registries in the order of the names', async () => {
    const root = await createRoot()
    await createApi({ root, name: 'bluebird' })
    const contents = await contentsOf(root)
    for (const registry of registries)
      expect([registry, namesIn(contents[registry])]).toEqual([registry, [...servedNames, 'bluebird'].sort()])
    expect(contents['src/client/index.ts']).toContain(
      "export { type BluebirdOptions, createBluebirdClient } from './bluebird.ts'\n",
    )
  })
})

describe('a new API with a contract', () => {
  it('gets handlers that name the use case of an operation, and respond with 501', async () => {
    const root = await createRoot({
      'openapi/notes/openapi.yaml': contract(operation('signIn') + operation('listNotes')),
      'openapi/notes/README.md': 'kept',
    })
    const { isExample, notes } = await createApi({ root, name: 'notes' })
    expect([isExample, notes]).toEqual([
      false,
      [expect.stringMatching(/^Name in src\/client\/notes\.ts the paths/)],
    ])
    const contents = await contentsOf(root)
    expect(
      contents['src/variants/notes/handlers/index.ts'],
    ).toContain(`    // The use case is signIn of sign-in.ts in src/core/.
    async signIn() {
      throw notImplemented('signIn')
    },

    async listNotes() {
      throw notImplemented('listNotes')
    },
  }`)
    expect(contents['src/variants/notes/authenticate.ts']).toContain(`  'access-token': SessionWithUser`)
    expect(contents['openapi/notes/README.md']).toBe('kept')
    expect(contents['openapi/notes/CHANGELOG.md']).toContain('\n## 2.1.0\n')
  })

  it('copies the contract with the files that it refers to', async () => {
    const root = await createRoot({
      'elsewhere/notes.yaml': contract('  /notes: { $ref: note.yaml }\n'),
      'elsewhere/note.yaml':
        "get:\n  operationId: listNotes\n  responses: { '204': { description: Done. } }\n",
    })
    await createApi({ root, name: 'notes', contract: join(root, 'elsewhere/notes.yaml') })
    const { 'openapi/notes/openapi.yaml': copy } = await contentsOf(root)
    expect(copy).toContain('operationId: listNotes')
    expect(copy).not.toContain('note.yaml')
  })

  it('gets a client that sends the key of the API, and finds its tokens', async () => {
    const schemas = `      requestBody:
        content: { application/json: { schema: { type: object, properties: { refresh_token: { type: string } } } } }
`
    const tokens = `{ type: object, properties: { session: { type: object, properties: { access_token: { type: string } } } } }`
    const returnsTokens = (id: string, more = '') =>
      `  /${id}:
    post:
      operationId: ${id}
      security: [{ key: [] }]
      responses: { '200': { description: Done., content: { application/json: { schema: ${tokens} } } } }
${more}`
    const text = contract(
      returnsTokens('signIn') +
        returnsTokens('refreshTokens', schemas) +
        operation('signOut', '      security: [{ access-token: [] }]\n') +
        operation('listNotes', '      security: [{ access-token: [] }]\n'),
    ).replace('  securitySchemes:', '  securitySchemes:\n    key: { type: apiKey, in: header, name: X-Key }')
    const root = await createRoot({ 'openapi/notes/openapi.yaml': text })
    await createApi({ root, name: 'notes' })
    const { 'src/client/notes.ts': client } = await contentsOf(root)
    expect(client).toContain(`export interface NotesOptions extends ConnectionOptions, SessionOptions {
  /** The key that every call sends as \`X-Key\`. */
  apiKey?: string
}

/** How the API uses tokens. */
export const session = {
  signIn: ['/signIn'],
  signOut: ['/signOut'],
  bearer: ['/listNotes'],
  readTokens: { accessToken: 'session.access_token' },
  refresh: { path: '/refreshTokens', json: ({ refreshToken }) => ({ refresh_token: refreshToken }) },
} satisfies SessionRules<keyof paths>

/** Creates a client that stores and sends the tokens of a session. */
export function createNotesClient({ apiKey, ...options }: NotesOptions): AuthClient<paths> {
  return createAuthClient<paths>({ ...options, session, ...(apiKey && { apiKey: { header: 'X-Key', value: apiKey } }) })
}`)
  })

  it('tells which credential the server cannot read yet', async () => {
    const withKey = contract(operation('listNotes')).replace(
      '{ type: http, scheme: Bearer }',
      '{ type: apiKey, in: header, name: X-Key }',
    )
    const root = await createRoot({ 'openapi/notes/openapi.yaml': withKey })
    expect((await createApi({ root, name: 'notes' })).notes).toEqual([
      'Read the credential of the scheme access-token in src/variants/notes/authenticate.ts: the template reads bearer tokens.',
    ])
  })
})

describe('an API that cannot be added', () => {
  it.each(['Acme', 'a', 'my-api', '_dev', 'controls', 'class', '../acme', '9lives'])(
    'rejects the name %j',
    async (name) => {
      await expect(createApi({ root: project, name })).rejects.toThrow(
        `${JSON.stringify(name)} cannot be the name of an API. Use 2 to 31 lower-case letters and digits, such as globex.`,
      )
    },
  )

  it('rejects the name of another server', async () => {
    await expect(createApi({ root: project, name: 'bkend' })).rejects.toThrow(
      'There is a server named bkend already, in src/variants/bkend/. Use another name.',
    )
  })

  it('rejects a name that shared files contain as a word', async () => {
    await expect(createApi({ root: project, name: 'acme' })).rejects.toThrow(
      /^The word acme occurs in src\/[\w/-]+\.ts, and shared files may not name an API\. Use another name\.$/,
    )
  })

  it('rejects a second contract', async () => {
    const root = await createRoot({ 'openapi/notes/openapi.yaml': contract(operation('listNotes')) })
    await expect(createApi({ root, name: 'notes', contract: 'other.yaml' })).rejects.toThrow(
      'openapi/notes/ has a contract already. Leave out --contract to use it.',
    )
  })

  it.each([
    ['no operations', contract('  {}\n'), /has no operations/],
    [
      'an operation that code cannot express',
      contract(
        operation(
          'listNotes',
          '      requestBody: { content: { application/json: { schema: { unevaluatedItems: false } } } }\n',
        ),
      ),
      /elsewhere\/notes\.yaml:\d+ The generated code cannot express the keyword unevaluatedItems\.$/,
    ],
    [
      'a property that OpenAPI does not have',
      contract(operation('listNotes', '      optional: true\n')),
      /^openapi\/acme\/openapi\.yaml:\d+:\d+ Property `optional` is not expected here\.$/,
    ],
  ])('leaves everything unchanged if the contract has %s', async (_, text, message) => {
    const root = await createRoot({ 'elsewhere/notes.yaml': text })
    const before = await contentsOf(root)
    const source = join(root, 'elsewhere/notes.yaml')
    await expect(createApi({ root, name: 'acme', contract: source })).rejects.toThrow(message)
    expect(await contentsOf(root)).toEqual(before)
  })

  it('leaves everything unchanged if the generator stops', async () => {
    const root = await createRoot({ 'generated/index.ts/file': 'A folder in place of a file.' })
    const before = await contentsOf(root)
    await expect(createApi({ root, name: 'acme' })).rejects.toThrow()
    const after = await contentsOf(root)
    expect(Object.keys(after).filter((path) => !path.startsWith('generated/'))).toEqual(
      Object.keys(before).filter((path) => !path.startsWith('generated/')),
    )
  })

  it('is added in spite of another contract that is invalid, and names the fault', async () => {
    const root = await createRoot({ 'openapi/vendor/openapi.yaml': 'swagger: 2\n' })
    const { notes } = await createApi({ root, name: 'acme' })
    expect(notes).toEqual([expect.stringMatching(/^Correct another contract: .*openapi\.yaml is Swagger 2/)])
  })

  it('rejects a folder whose contract has another name', async () => {
    const root = await createRoot({ 'openapi/notes/notes.json': '{}' })
    await expect(createApi({ root, name: 'notes' })).rejects.toThrow(
      'openapi/notes/ has no openapi.yaml. Give its contract this name; it may be JSON.',
    )
  })

  it('keeps the files of an interrupted run, and lists them', async () => {
    const root = await createRoot({ 'src/variants/acme/rules.ts': 'mine', 'src/client/acme.ts': 'mine' })
    const before = await contentsOf(root)
    await expect(createApi({ root, name: 'acme' })).rejects.toThrow(
      'These files exist already: src/variants/acme/rules.ts, src/client/acme.ts. Remove them, or use another name.',
    )
    expect(await contentsOf(root)).toEqual(before)
  })

  it.each([
    [[], 'Pass the name of one API. See npm run new -- --help.\n'],
    [['acme', 'beta'], 'Pass the name of one API. See npm run new -- --help.\n'],
    [['acme', '--force'], "Unknown option '--force'. See npm run new -- --help.\n"],
  ])('explains the arguments %j', async (args, message) => {
    const outcome = await run(args, project, join(project, 'build/new/main.ts'))
    expect(outcome).toEqual({ code: 1, stdout: '', stderr: message })
  })
})
