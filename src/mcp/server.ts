import { createRequire } from 'node:module'
import { McpServer } from '@modelcontextprotocol/server'
import { type McpContext, namesWithoutSandbox, type Offer, readOffer } from './context.ts'
import { addPrompts } from './prompts.ts'
import { addResources } from './resources.ts'
import { addCallSandbox } from './tools/call-sandbox.ts'
import { addGenerateCode } from './tools/generate-code.ts'
import { addGetGuide } from './tools/get-guide.ts'
import { addGetOperation } from './tools/get-operation.ts'
import { addListOperations } from './tools/list-operations.ts'
import { addSearchDocs } from './tools/search-docs.ts'

// Resolved by package name, because the relative path differs between src/ and dist/.
const { version } = createRequire(import.meta.url)('auth-contracts/package.json')

function instructionsFor(context: McpContext, { hasGuides, hasSandboxes }: Offer): string {
  const names = context.catalog.names.join(', ')
  return [
    hasSandboxes
      ? `Documentation, code and a sandbox of authentication APIs: ${names}.`
      : `Documentation, code and mocks of APIs: ${names}.`,
    'No tool signs users in or changes an account of a real server: write code that calls the REST API.',
    "1. search_docs with the user's request, in the user's words and language.",
    `2. ${hasGuides ? 'get_guide of the best guide' : 'get_operation of the best operations'}. It says what to send, what comes back, and how to handle errors.`,
    '3. generate_code of the operations, and adapt it to the project.',
    hasSandboxes
      ? `4. call_sandbox to check what an operation returns. The sandbox runs on this machine and has test users.${mockNote(context)}`
      : '4. call_sandbox to check what an operation returns. It calls a mock on this machine.',
  ].join('\n')
}

/** Tells which APIs have less than those of this package. */
function mockNote(context: McpContext): string {
  const names = namesWithoutSandbox(context).join(', ')
  return (
    names && `\nOnly a contract is known of ${names}: they have no guides and a mock in place of the sandbox.`
  )
}

/** Creates an MCP server with all tools, resources and prompts. */
export async function createMcpServer(context: McpContext): Promise<McpServer> {
  const offer = await readOffer(context.catalog)
  const server = new McpServer(
    { name: 'auth-contracts', title: 'auth-contracts', version },
    { instructions: instructionsFor(context, offer) },
  )
  addSearchDocs(server, context, offer)
  if (offer.hasGuides) addGetGuide(server, context)
  addListOperations(server, context)
  addGetOperation(server, context)
  addGenerateCode(server, context, offer)
  addCallSandbox(server, context, offer)
  addResources(server, context, offer)
  addPrompts(server, context, offer)
  return server
}
