import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { generate } from '../../src/codegen/generate.ts'
import { UserError } from '../../src/common/user-error.ts'
import type { FileContents } from './templates.ts'

/**
 * Checks that no file is in the way, such as one that an interrupted run has left.
 * @param files contents by path below `root`
 * @throws {UserError} that lists the files
 */
export function assertNoneExists(root: string, files: Iterable<string>): void {
  const present = [...files].filter((path) => existsSync(join(root, path)))
  if (present.length > 0)
    throw new UserError(`These files exist already: ${present.join(', ')}. Remove them, or use another name.`)
}

/**
 * Checks that code can be generated from a contract, before anything is written.
 * @param files contents by path below `root`. The folder of the contract may have more files
 * @throws {UserError} with file and line of every problem
 */
export async function assertGenerates(root: string, name: string, files: FileContents): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'new-api-'))
  try {
    const folder = join('openapi', name)
    if (existsSync(join(root, folder)))
      await cp(join(root, folder), join(scratch, folder), { recursive: true })
    for (const [path, text] of files) {
      if (!path.startsWith('openapi/')) continue
      await mkdir(dirname(join(scratch, path)), { recursive: true })
      await writeFile(join(scratch, path), text)
    }
    const { problems } = await generate({
      contracts: join(scratch, 'openapi'),
      out: join(scratch, 'generated'),
    })
    if (problems.length === 0) return
    const prefix = `${relative(process.cwd(), scratch)}/`
    throw new UserError(problems.map((problem) => problem.replaceAll(prefix, '')).join('\n'))
  } finally {
    await rm(scratch, { recursive: true })
  }
}
