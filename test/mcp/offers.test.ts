import type { Client } from '@modelcontextprotocol/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Api, createCatalog } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { acmeApi } from '../support/acme.ts'
import { callTool, connectHttp, serveHub } from './clients.ts'

async function connect(...apis: Api[]): Promise<Client> {
  const hub = await serveHub(createCatalog(apis))
  onTestFinished(() => hub.close())
  const client = await connectHttp(hub.url)
  onTestFinished(() => client.close())
  return client
}

/** Lists the names of what a server offers. */
async function namesOf(client: Client) {
  const { tools } = await client.listTools()
  const { prompts } = await client.listPrompts()
  const { resourceTemplates } = await client.listResourceTemplates()
  return {
    tools: tools.map(({ name }) => name),
    prompts: prompts.map(({ name }) => name),
    resources: resourceTemplates.map(({ name }) => name),
  }
}

const tools = [
  'search_docs',
  'get_guide',
  'list_operations',
  'get_operation',
  'generate_code',
  'call_sandbox',
]
const prompts = ['email-sign-in', 'social-login', 'token-refresh'].flatMap((name) => [name, `${name}-ko`])

describe('the offer of the MCP server', () => {
  it('has guides and sandboxes, but no prompt for other APIs, if all APIs are of this package', async () => {
    const names = await namesOf(await connect(builtInApi('bkend'), builtInApi('bedrud')))
    expect({ ...names, prompts: names.prompts.toSorted() }).toEqual({
      tools,
      prompts: prompts.toSorted(),
      resources: ['guide', 'operation', 'contract'],
    })
  })

  it('has all that one of the APIs has', async () => {
    const client = await connect(builtInApi('bkend'), await acmeApi('acme'))
    const names = await namesOf(client)
    expect({ ...names, prompts: names.prompts.toSorted() }).toEqual({
      tools,
      prompts: [...prompts, 'implement'].toSorted(),
      resources: ['guide', 'operation', 'contract'],
    })
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'implement' },
      argument: { name: 'variant', value: '' },
    })
    expect(completion.values).toEqual(['acme'])
  })

  it('promises no guide, flow or sandbox if all APIs are contracts of the user', async () => {
    const client = await connect(await acmeApi('acme'))
    expect(await namesOf(client)).toEqual({
      tools: tools.filter((name) => name !== 'get_guide'),
      prompts: ['implement'],
      resources: ['operation', 'contract'],
    })
    const listed = (await client.listTools()).tools.map(({ outputSchema: _, ...tool }) => tool)
    const texts = [client.getInstructions(), JSON.stringify(listed)].join('\n').replaceAll('call_sandbox', '')
    expect(texts).not.toMatch(/guide|flow|sandbox|inbox|__dev/i)
    expect(listed.at(-1)?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
  })

  it('has a prompt for any request to an API without guides', async () => {
    const client = await connect(await acmeApi('acme'))
    const { messages } = await client.getPrompt({
      name: 'implement',
      arguments: { variant: 'acme', request: 'Add a page that lists the users' },
    })
    expect(messages[0]?.content).toMatchObject({
      text: `Add a page that lists the users

Use the API acme. Search its documentation with search_docs {"query":"Add a page that lists the users","variant":"acme"}, read the best operations with get_operation, and base the code on generate_code. Try the calls with call_sandbox, which sends them to its mock.`,
    })
  })

  it('rejects arguments that it does not list', async () => {
    const client = await connect(await acmeApi('acme'))
    for (const [name, args] of [
      ['search_docs', { query: 'users', language: 'ko' }],
      ['generate_code', { variant: 'acme', flow: 'emailSignIn' }],
    ] as const)
      expect(await callTool(client, name, args)).toMatchObject({ isError: true })
  })
})
