import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '../cli/child.ts'

/** The first lines of a contract. */
export const head = 'openapi: 3.1.0\ninfo: { title: T, version: 1.0.0 }\n'

/** The responses of an operation. */
export const ok = "responses: { '200': { description: OK } }"

/** Writes files into a folder of the test, and returns the path of the first one. */
export async function writeContract(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return join(folder, Object.keys(files)[0] ?? '')
}
