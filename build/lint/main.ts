// `npm run lint:contracts`: checks the contracts with Redocly.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { root } from '../root.ts'
import { filesToLint } from './files.ts'

const redoclyPath = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'))
const { status } = spawnSync(process.execPath, [redoclyPath, 'lint', ...(await filesToLint(root))], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
