import { Command, InvalidArgumentError, Option } from 'commander'
import { defaultServerPath } from '../catalog/api.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { type CatalogOptions, loadApi, withContractOptions } from './catalog.ts'

interface SnippetOptions extends CatalogOptions {
  lang: 'fetch' | 'client' | 'curl' | 'python'
  example?: string
  credential?: string
  url?: string
}

/** Creates `auth-contracts snippet <api> <name>`, which prints the code of an operation or a flow. */
export function snippetCommand(): Command {
  return withContractOptions(new Command('snippet'))
    .description('print code that calls an operation, or a program that makes the calls of a flow')
    .argument('[api]', 'name of the API; leave it out to list the names')
    .argument('[name]', 'name of an operation or flow; leave it out to list the names')
    .addOption(
      new Option('-l, --lang <id>', 'language of the code')
        .choices(['fetch', 'client', 'curl', 'python'])
        .default('fetch'),
    )
    .option('--example <name>', 'example of the contract to send (default: the first)')
    .option(
      '--credential <scheme>',
      'credential to send, if the operation accepts several, such as apiKey (default: the first)',
    )
    .option('--url <base>', 'base URL of the server (default: that of `npx auth-contracts start`)', toUrl)
    .addHelpText(
      'after',
      `
Examples:
  npx auth-contracts snippet <api>
  npx auth-contracts snippet <api> signIn
  npx auth-contracts snippet <api> signIn --lang curl --example wrongPassword
  npx auth-contracts snippet <api> signIn --lang python --url https://api.example.com
  npx auth-contracts snippet <api> listModels --credential apiKey
  npx auth-contracts snippet <api> emailSignIn > sign-in.ts
  npx auth-contracts snippet --contract acme=./openapi.yaml acme createToken`,
    )
    .action(snippet)
}

function toUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text
  throw new InvalidArgumentError('Pass a URL such as https://api.example.com.')
}

async function snippet(
  api: string | undefined,
  name: string | undefined,
  { lang, example, credential, url, ...options }: SnippetOptions,
): Promise<void> {
  const found = await loadApi(api, options)
  const { name: variant, readDocument } = found
  const { generateCode, loadFlows, namesOf } = await import('../snippets/index.ts')
  const document = await readDocument()
  const flows = await loadFlows(variant)
  const names = namesOf(document, flows)
  if (name === undefined) {
    const flowList = names.flows.length > 0 ? `\n\nFlows:\n${list(names.flows)}` : ''
    console.log(`Operations:\n${list(names.operations)}${flowList}`)
    return
  }
  const baseUrl = url ?? `http://localhost:4000${defaultServerPath(found)}`
  const input = { document, variant, lang, baseUrl }
  if (names.flows.includes(name)) {
    if (example !== undefined)
      throw new UserError(`${name} is a flow, which has no examples. Leave out --example.`)
    if (credential !== undefined)
      throw new UserError(`${name} is a flow, which has its own credentials. Leave out --credential.`)
    console.log(generateCode({ ...input, flows, flow: name }).code)
  } else if (names.operations.includes(name)) {
    const choice = {
      ...(example !== undefined && { example }),
      ...(credential !== undefined && { credential }),
    }
    console.log(generateCode({ ...input, operationId: name, ...choice }).code)
  } else {
    throwUnknown(`operation or flow of ${variant}`, name, [...names.operations, ...names.flows])
  }
}

const list = (names: string[]): string => names.map((name) => `  ${name}`).join('\n')
