import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { UserError } from '../common/user-error.ts'
import { generateRepository } from './generate.ts'

const helpText = `Usage: npm run generate [-- --watch]

Generates the files in generated/ from the contracts in openapi/.

  --watch   generate again whenever a contract changes
  --help    show this text
`
const root = fileURLToPath(new URL('../..', import.meta.url))
const contracts = join(root, 'openapi')

const flags = readFlags()
if (flags?.help) {
  process.stdout.write(helpText)
} else if (flags) {
  const isValid = await generateAndReport()
  if (flags.watch && existsSync(contracts)) watchFolder()
  else if (!isValid) process.exitCode = 1
}

function readFlags(): { watch: boolean; help: boolean } | undefined {
  const boolean = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ options: { watch: boolean, help: boolean } }).values
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message.split('. ')[0] : error}. See npm run generate -- --help.`,
    )
    process.exitCode = 1
    return undefined
  }
}

/**
 * Generates, and prints the result.
 * @returns whether all contracts were valid
 */
async function generateAndReport(): Promise<boolean> {
  const start = performance.now()
  try {
    const { variants, problems, warnings } = await generateRepository(root)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    for (const warning of warnings) console.error(`warning: ${warning}`)
    for (const problem of problems) console.error(problem)
    if (variants.length > 0) console.log(`Generated ${variants.join(', ')} in ${seconds} s.`)
    if (problems.length > 0) console.error('The files of invalid contracts are unchanged.')
    return problems.length === 0
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    console.error(error.message)
    return false
  }
}

/**
 * Generates after each change. Debounced, because editors write several times when they save. The commands of
 * users poll the single files of their contracts instead, which works on any mount. This folder is a checkout
 * with many files, and new ones count as well, which events report and a list of files does not.
 */
function watchFolder(): void {
  const pauseMs = 100
  let timer: NodeJS.Timeout | undefined
  let last = Promise.resolve(true)
  watch(contracts, { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      last = last.then(generateAndReport)
    }, pauseMs)
  })
  console.log('Watching openapi/ for changes. Press Ctrl+C to stop.')
}
