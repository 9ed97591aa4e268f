import { symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clientConfig } from '../../src/mcp/client-config.ts'
import { callTool, connectStdio } from '../mcp/clients.ts'
import { freePort, start, temporaryFolder } from './child.ts'
import { run } from './run.ts'

const program = resolve(import.meta.dirname, '../../src/cli/auth-contracts.js')

describe('auth-contracts mcp', () => {
  it('ends when its standard input is closed, without output', async () => {
    const child = start(['mcp'], {}, 'src/cli/auth-contracts.js')
    expect(await child.ended).toBe(0)
    expect(child.output()).toBe('')
  })

  it('tells how to start the server if none answers, with the contracts of the user', async () => {
    const port = await freePort()
    const url = `http://localhost:${port}`
    const contract = resolve(import.meta.dirname, '../support/acme.openapi.yaml')
    const { client } = await connectStdio(url, {}, ['--contract', `acme=${contract}`])
    const { text, isError } = await callTool(client, 'call_sandbox', {
      variant: 'acme',
      operationId: 'getHealth',
    })
    await client.close()
    expect(isError).toBe(true)
    expect(text).toBe(
      `Nothing answers at ${url}. Ask the user to start the server in a terminal with: node ${program} start --port ${port} --contract acme=${contract}`,
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
          args: [program, 'mcp', '--url', 'http://localhost:8080'],
        },
      },
    })
    expect(stderr).toContain('.vscode/mcp.json')
  })

  it('names the path by which it was called, not that of the file behind a link', async () => {
    const link = join(await temporaryFolder(), 'auth-contracts')
    await symlink(program, link)
    const { stdout } = await run(['mcp', '--print-config', 'cursor'], undefined, link)
    expect(JSON.parse(stdout).mcpServers['auth-contracts']).toEqual({ command: 'node', args: [link, 'mcp'] })
  })
})

describe('the configuration of AI tools', () => {
  const command = ['yarn', '--cwd', '/app', 'auth-contracts', 'mcp']
  const yarn = { command: 'yarn', args: ['--cwd', '/app', 'auth-contracts', 'mcp'] }

  it('has the form of Claude Code and Claude Desktop', () => {
    const { where, json } = clientConfig('claude', command, 'linux')
    expect(where).toContain('claude mcp add auth-contracts -- yarn --cwd /app auth-contracts mcp')
    expect(json).toEqual({ mcpServers: { 'auth-contracts': yarn } })
  })

  it('starts yarn through cmd on Windows, where Claude Code starts no batch files', () => {
    expect(clientConfig('claude', command, 'win32').json).toEqual({
      mcpServers: { 'auth-contracts': { command: 'cmd', args: ['/c', 'yarn', ...yarn.args] } },
    })
  })

  it('quotes paths with spaces in the command to run', () => {
    const { where } = clientConfig('claude', ['node', '/my files/auth-contracts.js', 'mcp'], 'linux')
    expect(where).toContain('-- node "/my files/auth-contracts.js" mcp')
  })

  it('has the form of Cursor', () => {
    const { where, json } = clientConfig('cursor', command, 'linux')
    expect(where).toContain('.cursor/mcp.json')
    expect(json).toEqual({ mcpServers: { 'auth-contracts': yarn } })
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
