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
 * @param command the command of the server and its arguments
 * @param platform the operating system, as in `process.platform`
 */
export function clientConfig(
  client: Client,
  [command = '', ...args]: readonly string[],
  platform: string,
): ClientConfig {
  const server = { command, args }
  switch (client) {
    case 'claude': {
      // Claude Code starts the command without a shell, and yarn is a batch file on Windows.
      const isBatch = platform === 'win32' && command === 'yarn'
      const started = isBatch ? { command: 'cmd', args: ['/c', command, ...args] } : server
      const line = toShellLine([started.command, ...started.args])
      return {
        where: `For Claude Code, run: claude mcp add auth-contracts -- ${line}\nOr paste this into .mcp.json at the root of the project. For Claude Desktop, paste it into claude_desktop_config.json (Settings, Developer, Edit Config).`,
        json: { mcpServers: { 'auth-contracts': started } },
      }
    }
    case 'cursor':
      return {
        where:
          'Paste this into .cursor/mcp.json of the project, or into ~/.cursor/mcp.json for all projects.',
        json: { mcpServers: { 'auth-contracts': server } },
      }
    case 'vscode':
      return {
        where:
          'Paste this into .vscode/mcp.json of the workspace, or run "MCP: Open User Configuration" for all workspaces.',
        json: { servers: { 'auth-contracts': { type: 'stdio', ...server } } },
      }
  }
}

/** Writes a command as people run it. Double quotes work in all shells. */
export const toShellLine = (words: readonly string[]): string => words.map(quote).join(' ')

const quote = (word: string) => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word))
