// `npm run new`: adds an API with a reference server to the repository.
import { parseArgs } from 'node:util'
import { UserError } from '../../src/common/user-error.ts'
import { root } from '../root.ts'
import type { NewApi } from './create-api.ts'

const helpText = `Usage: npm run new -- <name> [--contract <file>]

Adds an API with a reference server: its contract in openapi/<name>/, its server in src/variants/<name>/, its typed client
src/client/<name>.ts and its lines in the registries. Without a contract, it adds a small one (sign-up, sign-in, current user,
sign-out) with a server that implements it. If there is a contract, each operation responds with 501 until you write its handler.

  --contract <file>   copy this OpenAPI document; by default, use openapi/<name>/openapi.yaml if it exists
  --help              show this text

CONTRIBUTING.md, "A new API", tells what to write and what the tests demand.
`

try {
  await run()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function run(): Promise<void> {
  const { name, contract, help } = readArguments()
  if (help) {
    process.stdout.write(helpText)
    return
  }
  // The generator takes a second to load.
  const { createApi } = await import('./create-api.ts')
  console.log(describe(await createApi({ root, name, contract })))
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { contract: { type: 'string' }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const [name = '', ...more] = positionals
    if (values.help || (name && more.length === 0)) return { ...values, name }
  } catch (error) {
    const [sentence] = error instanceof Error ? error.message.split('. ') : [String(error)]
    throw new UserError(`${sentence}. See npm run new -- --help.`)
  }
  throw new UserError('Pass the name of one API. See npm run new -- --help.')
}

/** Lists what was written, and what to do next. */
function describe({ name, files, isExample, notes }: NewApi): string {
  const steps = isExample
    ? [
        `Try it: npm start, then http://localhost:4000/docs/${name}/`,
        `Change the contract in openapi/${name}/, then run npm run generate. The compiler lists what follows.`,
      ]
    : [
        `Write the handlers in src/variants/${name}/handlers/index.ts. They respond with 501 until then.`,
        `Adapt errors.ts, serializers.ts, limits.ts and seed/ of src/variants/${name}/ to the contract.`,
      ]
  const next = [
    ...steps,
    ...notes,
    'Check it: npm run typecheck, npx biome check --write . and npx vitest run',
    'Read "A new API" in CONTRIBUTING.md.',
  ]
  return [
    ...files.map((file) => `  ${file}`),
    '',
    'Next:',
    ...next.map((step, index) => `${index + 1}. ${step}`),
  ].join('\n')
}
