import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clientConfig } from '../../src/mcp/client-config.ts'
import { callTool, connectStdio } from '../mcp/clients.ts'
import { freePort, start } from './child.ts'
import { run } from './run.ts'

describe('auth-contracts mcp', () => {
  it('ends when its standard input is closed, without output', async () => {
    const child = start(['mcp'], {}, 'src/cli/auth-contracts.js')
    expect(await child.ended).toBe(0)
    expect(child.output()).toBe('')
  })

  it('tells how to start a sandbox if none answers', async () => {
    const url = `http://localhost:${await freePort()}`
    const { client } = await connectStdio(url)
    const { text, isError } = await callTool(client, 'call_sandbox', {
      variant: 'bkend',
      operationId: 'signIn',
    })
    await client.close()
    expect(isError).toBe(true)
    expect(text).toBe(
      `No sandbox answers at ${url}. Ask the user to start it in a terminal with: npx auth-contracts start`,
    )
  })

  it('accepts only URLs of this machine', async () => {
    const { code, stderr, stdout } = await run(['mcp', '--url', 'http://example.com'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('Pass a URL of this machine, such as http://localhost:4000.')
  })

  it('prints a configuration to standard output, and where to paste it to standard error', async () => {
    const { code, stdout, stderr } = await run([
      'mcp',
      '--print-config',
      'vscode',
      '--url',
      'http://localhost:8080/',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      servers: {
        'auth-contracts': {
          type: 'stdio',
          command: 'node',
          args: [
            resolve(import.meta.dirname, '../../src/cli/auth-contracts.js'),
            'mcp',
            '--url',
            'http://localhost:8080',
          ],
        },
      },
    })
    expect(stderr).toContain('.vscode/mcp.json')
  })
})

describe('the configuration of AI tools', () => {
  const command = ['npx', '-y', 'auth-contracts', 'mcp']
  const npx = { command: 'npx', args: ['-y', 'auth-contracts', 'mcp'] }

  it('has the form of Claude Code and Claude Desktop', () => {
    const { where, json } = clientConfig('claude', command, 'linux')
    expect(where).toContain('claude mcp add auth-contracts -- npx -y auth-contracts mcp')
    expect(json).toEqual({ mcpServers: { 'auth-contracts': npx } })
  })

  it('starts npx through cmd on Windows, where Claude Code starts no batch files', () => {
    expect(clientConfig('claude', command, 'win32').json).toEqual({
      mcpServers: { 'auth-contracts': { command: 'cmd', args: ['/c', 'npx', ...npx.args] } },
    })
  })

  it('quotes paths with spaces in the command to run', () => {
    const { where } = clientConfig('claude', ['node', '/my files/auth-contracts.js', 'mcp'], 'linux')
    expect(where).toContain('-- node "/my files/auth-contracts.js" mcp')
  })

  it('has the form of Cursor', () => {
    const { where, json } = clientConfig('cursor', command, 'linux')
    expect(where).toContain('.cursor/mcp.json')
    expect(json).toEqual({ mcpServers: { 'auth-contracts': npx } })
  })

  it('prints the contracts of the user with absolute paths, because AI tools start it elsewhere', async () => {
    const contract = 'test/support/acme.openapi.yaml'
    const options = [
      '--contract',
      `acme-auth=${contract}`,
      '--contract',
      'https://api.example.com/openapi.json',
    ]
    const { stdout } = await run(['mcp', '--print-config', 'cursor', ...options])
    const { mcpServers } = JSON.parse(stdout)
    expect(mcpServers['auth-contracts'].args.slice(2)).toEqual([
      '--contract',
      `acme-auth=${resolve(contract)}`,
      '--contract',
      'api-example-com=https://api.example.com/openapi.json',
    ])
  })

  it('serves the contracts of the user', async () => {
    const contract = resolve(import.meta.dirname, '../support/acme.openapi.yaml')
    const { client } = await connectStdio('http://localhost:4000', {}, [
      '--contract',
      `acme-auth=${contract}`,
    ])
    const { text } = await callTool(client, 'list_operations', { variant: 'acme-auth' })
    const { isError } = await callTool(client, 'list_operations', { variant: 'bkend' })
    await client.close()
    expect({ text, isError }).toEqual({
      text: expect.stringContaining('getHealth: GET /health'),
      isError: true,
    })
  })
})
