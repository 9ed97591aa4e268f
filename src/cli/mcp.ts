import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Client, clientConfig, clients } from '../mcp/client-config.ts'
import { isLoopback } from '../server/hosts.ts'
import { type CatalogOptions, loadCatalog, withContractOptions } from './catalog.ts'
import { readContractOptions } from './contracts.ts'

const defaultOrigin = 'http://localhost:4000'

/** Creates `auth-contracts mcp`, which serves the documentation to AI tools. */
export function mcpCommand(): Command {
  return withContractOptions(new Command('mcp'))
    .description('serve documentation, code and the sandbox to AI tools (MCP over standard input and output)')
    .option(
      '--url <url>',
      'URL of a running `auth-contracts start`, for the tool call_sandbox',
      parseOrigin,
      defaultOrigin,
    )
    .addOption(
      new Option('--print-config <tool>', 'print what to paste into an AI tool, and where').choices(clients),
    )
    .addHelpText(
      'after',
      `
Examples:
  npx auth-contracts mcp --print-config claude
  npx auth-contracts mcp --print-config vscode > .vscode/mcp.json
  npx auth-contracts mcp --url http://localhost:8080
  npx auth-contracts mcp --contract ./openapi.yaml --print-config cursor`,
    )
    .action(mcp)
}

async function mcp({
  url,
  printConfig,
  ...options
}: CatalogOptions & { url: string; printConfig?: Client }): Promise<void> {
  const { findConfig } = await import('../catalog/config.ts')
  const contracts = contractArgs(options.contract, options.config ?? findConfig())
  if (printConfig) {
    const args = [...(url === defaultOrigin ? [] : ['--url', url]), ...contracts]
    const { where, json } = clientConfig(printConfig, [...commandOf('mcp'), ...args], process.platform)
    // Only JSON on standard output, so that it can be written to a file.
    console.error(where)
    console.log(JSON.stringify(json, null, 2))
    return
  }
  const { chosen } = await loadCatalog(options)
  const { serveMcp } = await import('../mcp/stdio.ts')
  const port = url === defaultOrigin ? [] : ['--port', new URL(url).port || '80']
  serveMcp(url, chosen, [...commandOf('start'), ...port, ...contracts])
  if (process.stdin.isTTY)
    console.error(
      `The MCP server is waiting for an AI tool on standard input. To connect one, see: npx auth-contracts mcp --print-config ${clients.join('|')}`,
    )
}

/** Returns the options for contracts, with absolute paths, because AI tools run the command elsewhere. */
function contractArgs(contract: string[], config: string | undefined): string[] {
  const absolute = (source: string) => (/^\w+:\/\//.test(source) ? source : resolve(source))
  return [
    ...readContractOptions(contract).flatMap(({ name, source }) => [
      '--contract',
      `${name}=${absolute(source)}`,
    ]),
    ...(config === undefined ? [] : ['--config', resolve(config)]),
  ]
}

/**
 * Returns a command that works in any folder: that of the program that runs now, as it was called. Its own
 * file can be in a store whose paths have versions. With Yarn Plug'n'Play it is in an archive for yarn only.
 */
function commandOf(name: string): string[] {
  return process.versions.pnp === undefined
    ? ['node', process.argv[1] ?? '', name]
    : ['yarn', '--cwd', process.cwd(), 'auth-contracts', name]
}

/** The tool `call_sandbox` sends requests that a model writes, so it must not reach other machines. */
function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || !isLoopback(url.hostname))
    throw new InvalidArgumentError('Pass a URL of this machine, such as http://localhost:4000.')
  return url.origin
}
