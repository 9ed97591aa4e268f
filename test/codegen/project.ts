import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { generateRepository } from '../../src/codegen/generate.ts'

const root = resolve(import.meta.dirname, '../..')

/** Returns the texts of a small contract in two files, by path below `openapi/`. */
export const smallContract = (variant: string): Record<string, string> => ({
  [`${variant}/openapi.yaml`]: `openapi: 3.1.1
info: { title: ${variant}, version: 1.0.0 }
paths:
  /ping:
    get:
      operationId: ping
      responses:
        '200':
          description: Alive.
          content:
            application/json:
              schema: { $ref: components/schemas/Pong.yaml }
`,
  [`${variant}/components/schemas/Pong.yaml`]: `type: object
required: [at]
properties:
  at: { type: string, format: date-time }
`,
})

/** Creates a temporary copy of this repository with the generator and the given contracts. */
export async function createProject(contracts: Record<string, string>) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'codegen-')))
  for (const source of ['src/codegen', 'src/common', 'src/contract-files', 'src/openapi'])
    await cp(join(root, source), join(folder, source), { recursive: true })
  await cp(join(root, 'package.json'), join(folder, 'package.json'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await mkdir(join(folder, 'openapi'))
  const children: ChildProcess[] = []

  const start = (...flags: string[]) => {
    const child = spawn(process.execPath, ['src/codegen/main.ts', ...flags], { cwd: folder, env: env() })
    children.push(child)
    return watchOutput(child)
  }
  const project = {
    folder,
    generated: join(folder, 'generated'),
    /** Writes a file below `openapi/`. */
    async write(path: string, text: string): Promise<void> {
      await mkdir(dirname(join(folder, 'openapi', path)), { recursive: true })
      await writeFile(join(folder, 'openapi', path), text)
    },
    remove: (path: string) => rm(join(folder, path), { recursive: true }),
    start,
    /** Runs the generator until it exits. */
    async run(...flags: string[]) {
      const running = start(...flags)
      return { code: await running.ended, output: running.output() }
    },
    /** Runs the generator in this process, which is faster. */
    async generate(): Promise<void> {
      const { problems } = await generateRepository(folder)
      if (problems.length > 0) throw new Error(problems.join('\n'))
    },
    async dispose(): Promise<void> {
      await Promise.all(children.map(end))
      await rm(folder, { recursive: true })
    },
  }
  for (const [path, text] of Object.entries(contracts)) await project.write(path, text)
  return project
}

export type Project = Awaited<ReturnType<typeof createProject>>

/** Reads the texts of all files in a folder, by path. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(paths.sort().map((path) => readFile(path, 'utf8')))
  return Object.fromEntries(
    paths.sort().map((path, index) => [path.slice(folder.length + 1), texts[index] ?? '']),
  )
}

function watchOutput(child: ChildProcess) {
  let output = ''
  const waiting = new Set<() => void>()
  const read = (chunk: Buffer) => {
    output += chunk
    for (const check of waiting) check()
  }
  child.stdout?.on('data', read)
  child.stderr?.on('data', read)
  return {
    output: () => output,
    ended: new Promise<number | null>((done) => child.on('close', done)),
    /** Waits until the output contains `text` after the position `from`. */
    prints: (text: string, from = 0) =>
      new Promise<void>((done) => {
        const check = () => {
          if (!output.slice(from).includes(text)) return
          waiting.delete(check)
          done()
        }
        waiting.add(check)
        check()
      }),
  }
}

/** Turns colours off, because their codes would be part of the output. */
const env = () => ({ ...process.env, NO_COLOR: '1', REDOCLY_TELEMETRY: 'off' })

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  child.kill()
  await ended
}
