import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clientExports } from './client.ts'
import type { FileContents } from './templates.ts'

/** Adds the lines for a server and its client to the registries. */
export async function registerServer(root: string, name: string): Promise<FileContents> {
  return new Map([
    await addLines(root, 'src/variants/index.ts', [
      `  ${name}: async () => (await import('./${name}/index.ts')).${name},`,
    ]),
    await addLines(root, 'src/sandbox/registry.ts', [
      `  ${name}: async () => (await import('../variants/${name}/seed/index.ts')).sandboxData,`,
    ]),
    await addLines(root, 'src/client/index.ts', clientExports(name)),
  ])
}

/** Adds the lines for the adapters, without which the tests that they serve leave an API out. */
export async function registerExample(root: string, name: string): Promise<FileContents> {
  const lines = [`import { ${name} } from './${name}.ts'`, `  ${name},`]
  return new Map([
    await addLines(root, 'src/conformance/variants/index.ts', lines),
    await addLines(root, 'src/testing/adapters/index.ts', lines),
  ])
}

/** Inserts lines among those of the same form, sorted. */
async function addLines(root: string, path: string, added: string[]): Promise<[string, string]> {
  const lines = (await readFile(join(root, path), 'utf8')).split('\n')
  for (const line of added) {
    const form = formOf(line)
    const first = lines.findIndex((other) => form.test(other))
    if (first < 0) throw new Error(`${path} has no line such as: ${line}`)
    const count = lines.slice(first).findIndex((other) => !form.test(other))
    const position = lines.slice(first, first + count).findIndex((other) => keyOf(other) > keyOf(line))
    lines.splice(first + (position < 0 ? count : position), 0, line)
  }
  return [path, lines.join('\n')]
}

/** Matches the lines of other APIs. */
function formOf(line: string): RegExp {
  if (line.startsWith('import')) return /^import .* from '\.\/[\w-]+\.ts'$/
  if (line.startsWith('export type *')) return /^export type \* as \w+ from /
  if (line.startsWith('export')) return /^export \{.*\} from '\.\/[\w-]+\.ts'$|^export type \{/
  return line.includes(':') ? /^ {2}\w+: async \(\) => / : /^ {2}\w+,$/
}

/** Lines are sorted by the file of an import, or by the name of an API. */
const keyOf = (line: string): string => /'(.*)\.ts'$/.exec(line)?.[1] ?? line.trim().split(/\W/)[0] ?? ''
