import { Command, InvalidArgumentError, Option } from 'commander'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { loadApi } from './catalog.ts'

interface SnippetOptions {
  lang: 'fetch' | 'client' | 'curl' | 'python'
  example?: string
  credential?: string
  url?: string
}

/** Creates `auth-contracts snippet <api> <name>`, which prints the code of an operation or a flow. */
export function snippetCommand(): Command {
  return new Command('snippet')
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
    .option(
      '--url <base>',
      'base URL of the server (default: the sandbox of `npx auth-contracts start`)',
      toUrl,
    )
    .addHelpText(
      'after',
      `
Examples:
  npx auth-contracts snippet <api>
  npx auth-contracts snippet <api> signIn
  npx auth-contracts snippet <api> signIn --lang curl --example wrongPassword
  npx auth-contracts snippet <api> signIn --lang python --url https://api.example.com
  npx auth-contracts snippet <api> listModels --credential apiKey
  npx auth-contracts snippet <api> emailSignIn > sign-in.ts`,
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
  { lang, example, credential, url }: SnippetOptions,
): Promise<void> {
  const { name: variant, readDocument } = await loadApi(api, { contract: [] })
  const { generateCode, loadFlows, namesOf } = await import('../snippets/index.ts')
  const document = await readDocument()
  const flows = await loadFlows(variant)
  const names = namesOf(document, flows)
  if (name === undefined) {
    console.log(`Operations:\n${list(names.operations)}\n\nFlows:\n${list(names.flows)}`)
    return
  }
  const input = { document, variant, lang, baseUrl: url ?? `http://localhost:4000/sandbox/${variant}` }
  if (names.flows.includes(name)) {
    if (example !== undefined)
      throw new UserError(`${name} is a flow, which has no examples. Leave out --example.`)
    if (credential !== undefined)
      throw new UserError(`${name} is a flow, which has its own credentials. Leave out --credential.`)
    console.log(generateCode({ ...input, flows, flow: name }).code)
  } else if (names.operations.includes(name)) {
    const options = {
      ...(example !== undefined && { example }),
      ...(credential !== undefined && { credential }),
    }
    console.log(generateCode({ ...input, operationId: name, ...options }).code)
  } else {
    throwUnknown(`operation or flow of ${variant}`, name, [...names.operations, ...names.flows])
  }
}

const list = (names: string[]): string => names.map((name) => `  ${name}`).join('\n')
