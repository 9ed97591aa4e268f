// `npm run diff`: compares the contracts with the last release, or with a git revision.
import { parseArgs } from 'node:util'
import { UserError } from '../src/common/user-error.ts'
import {
  announcesBreak,
  type ContractDiff,
  diffContracts,
  exitCodeOf,
  isShallow,
  newestRelease,
} from './contract-diff.ts'
import { manifest } from './root.ts'

const helpText = `Usage: npm run diff [-- <revision>] [-- --report]

Compares the contracts in openapi/ with the newest tag v*, or with a git revision such as HEAD~20. Fails if a contract has a
breaking change and its info.version has no higher major version (below 1.0.0: minor version).

  --report   do not fail because of changes while the version of the package is 0.x, or if there is no release
  --help     show this text
`

try {
  process.exitCode = await run()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

/** Returns the exit code. */
async function run(): Promise<number> {
  const { values, positionals } = readArguments()
  if (values.help) {
    process.stdout.write(helpText)
    return 0
  }
  const folder = process.cwd()
  const base = positionals[0] ?? newestRelease(folder)
  if (base === undefined) {
    console.log(
      isShallow(folder)
        ? 'Nothing to compare with: this shallow clone has no tag v*. Run `git fetch --unshallow --tags`.'
        : 'Nothing to compare with: there is no tag v*. Pass a revision: npm run diff -- HEAD~20',
    )
    return values.report ? 0 : 1
  }
  const diffs = await diffContracts(folder, base)
  for (const diff of diffs) console.log(describe(diff, base))
  return exitCodeOf(diffs, values.report, manifest.version)
}

function readArguments() {
  const boolean = { type: 'boolean', default: false } as const
  const options = { report: boolean, help: boolean }
  try {
    const parsed = parseArgs({ options, allowPositionals: true })
    if (parsed.positionals.length <= 1) return parsed
  } catch (error) {
    const [sentence] = error instanceof Error ? error.message.split('. ') : [String(error)]
    throw new UserError(`${sentence}. See npm run diff -- --help.`)
  }
  throw new UserError('Pass one revision only. See npm run diff -- --help.')
}

/** Describes the changes of a contract in one line, followed by its breaking changes. */
function describe({ variant, versions, summary, breaking }: ContractDiff, base: string): string {
  const { major, minor, patch } = summary
  const counts = `${major} breaking, ${minor} compatible, ${patch} other changes since ${base}`
  const version = [...new Set([versions.base, versions.current])].filter(Boolean).join(' -> ')
  const advice =
    breaking.length > 0 && !announcesBreak(versions)
      ? ['  Raise info.version, and add an entry to CHANGELOG.md of the contract.']
      : []
  const lines = [...breaking.map((line) => `  ${line}`), ...advice]
  return [`${variant} ${version || 'removed'}: ${counts}`, ...lines].join('\n')
}
