import type { CallToolResult } from '@modelcontextprotocol/server'

/** Annotations of tools that change nothing. */
export const readOnly = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const

/** The most characters of a text that a model should have to read. */
export const maxLength = 50_000

/** Creates the result of a tool: a text, and the same data for programs. */
export function textResult(text: string, structuredContent?: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text }], ...(structuredContent && { structuredContent }) }
}
