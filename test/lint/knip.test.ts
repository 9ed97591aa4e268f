import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

it('has no unused files, exports or dependencies, and lists every dependency', async () => {
  const knip = join(root, 'node_modules/knip/bin/knip.js')
  const args = [knip, '--no-progress', '--no-exit-code', '--reporter', 'json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  const { issues }: { issues: ({ file: string } & Record<string, unknown>)[] } = JSON.parse(stdout)
  const findings = issues.flatMap(({ file, ...kinds }) =>
    Object.entries(kinds).flatMap(([kind, found]) =>
      (found as { name: string }[]).map(({ name }) => `${kind}: ${name} in ${file}`),
    ),
  )
  expect(findings).toEqual([])
})
