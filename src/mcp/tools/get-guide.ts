import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { topics } from '../../guides/guide.ts'
import { findTopic } from '../../search/index.ts'
import { findApi, findGuide, type McpContext } from '../context.ts'
import { guidePage } from '../pages.ts'
import { readOnly, textResult } from '../result.ts'
import { language, nameOf, variantIn } from '../schemas.ts'

/** Adds the tool `get_guide`. */
export function addGetGuide(server: McpServer, context: McpContext): void {
  server.registerTool(
    'get_guide',
    {
      title: 'Read a guide',
      description:
        'Returns a complete guide as Markdown: what to send, what comes back, how to handle each error, with working code. Read it before you write code for its topic.',
      inputSchema: z.strictObject({
        variant: variantIn(context.catalog),
        topic: nameOf('topic', topics, findTopic).describe(
          'The topic, as search_docs returns it. No API has all topics.',
        ),
        language: language.default('en'),
      }),
      annotations: { title: 'Read a guide', ...readOnly },
    },
    async ({ variant, topic, language }) => {
      const api = findApi(context, variant)
      return textResult(await guidePage(api, await findGuide(api, topic, language), context))
    },
  )
}
