/** AI tools whose configuration this package can print. */
export const clients = ['claude', 'cursor', 'vscode'] as const
export type Client = (typeof clients)[number]

/** The configuration of an AI tool, and the place to paste it. */
export interface ClientConfig {
  where: string
  json: object
}

/**
 * Returns the configuration that starts this server in an AI tool.
 * @param args further arguments of the command
 * @param platform the operating system, as in `process.platform`
 */
export function clientConfig(client: Client, args: readonly string[], platform: string): ClientConfig {
  const npx = { command: 'npx', args: ['-y', 'auth-contracts', 'mcp', ...args] }
  switch (client) {
    case 'claude': {
      // Claude Code starts the command without a shell, and npx is a batch file on Windows.
      const server = platform === 'win32' ? { command: 'cmd', args: ['/c', npx.command, ...npx.args] } : npx
      const command = [server.command, ...server.args].join(' ')
      return {
        where: `For Claude Code, run: claude mcp add auth-contracts -- ${command}\nOr paste this into .mcp.json at the root of the project. For Claude Desktop, paste it into claude_desktop_config.json (Settings, Developer, Edit Config).`,
        json: { mcpServers: { 'auth-contracts': server } },
      }
    }
    case 'cursor':
      return {
        where:
          'Paste this into .cursor/mcp.json of the project, or into ~/.cursor/mcp.json for all projects.',
        json: { mcpServers: { 'auth-contracts': npx } },
      }
    case 'vscode':
      return {
        where:
          'Paste this into .vscode/mcp.json of the workspace, or run "MCP: Open User Configuration" for all workspaces.',
        json: { servers: { 'auth-contracts': { type: 'stdio', ...npx } } },
      }
  }
}
