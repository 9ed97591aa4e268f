import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Catalog } from '../../catalog/api.ts'
import { throwUnknown } from '../../common/unknown-name.ts'
import { UserError } from '../../common/user-error.ts'
import { generateCode, languages, namesOf } from '../../snippets/index.ts'
import { findApi, type McpContext, type Offer, readFlows, serverUrl } from '../context.ts'
import { readOnly, textResult } from '../result.ts'
import { nameOf, operationId, variantIn } from '../schemas.ts'

function inputFor(catalog: Catalog, { hasFlows, hasSandboxes }: Offer) {
  const notForFlows = hasFlows ? ' Not for flows.' : ''
  return z.strictObject({
    variant: variantIn(catalog),
    operationId: operationId.optional(),
    flow: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Instead of operationId: a program of several calls, such as emailSignIn, which signs up and signs in. Each API has different flows; an unknown name returns the list.',
      ),
    example: z
      .string()
      .max(100)
      .optional()
      .describe(`The name of the example request to write. By default, the first one.${notForFlows}`),
    credential: z
      .string()
      .max(100)
      .optional()
      .describe(
        `The security scheme of the contract to use, if the operation accepts several, such as apiKey instead of a session; an unknown name returns the list. By default, the first one.${notForFlows}`,
      ),
    lang: nameOf(
      'language',
      languages.map(({ id }) => id),
    )
      .default('fetch')
      .describe(languages.map(({ id, label }) => `${id}: ${label}`).join('; ')),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional()
      .describe(
        `The base URL of the API. By default, the local ${hasSandboxes ? 'sandbox, or the mock of an API without one' : 'mock'}.`,
      ),
  })
}

const output = z.object({ code: z.string(), language: z.string() })

type Input = z.infer<ReturnType<typeof inputFor>>

function descriptionFor({ hasFlows, hasSandboxes }: Offer): string {
  const subject = hasFlows ? 'an operation or a whole flow' : 'an operation'
  return `Returns working code that calls ${subject} over REST, with the right headers and the handling of each error. It runs unchanged against the ${hasSandboxes ? 'sandbox' : 'mock'}; for another server, pass baseUrl and replace the placeholders of keys.`
}

/** Adds the tool `generate_code`. */
export function addGenerateCode(server: McpServer, context: McpContext, offer: Offer): void {
  const input = inputFor(context.catalog, offer)
  server.registerTool(
    'generate_code',
    {
      title: 'Generate code',
      description: descriptionFor(offer),
      inputSchema: offer.hasFlows ? input : input.omit({ flow: true }),
      outputSchema: output,
      annotations: { title: 'Generate code', ...readOnly },
    },
    async ({ variant, operationId, flow, example, credential, lang, baseUrl }: Input) => {
      const api = findApi(context, variant)
      const document = await api.readDocument()
      const flows = await readFlows(variant)
      const names = namesOf(document, flows)
      const common = { document, variant, lang, baseUrl: baseUrl ?? serverUrl(context, api) }
      if ((operationId === undefined) === (flow === undefined))
        throw new UserError(
          names.flows.length > 0
            ? `Pass operationId or flow. Flows of ${variant}: ${names.flows.join(', ')}.`
            : `Pass operationId. ${variant} has no flows.`,
        )
      if (flow !== undefined) {
        if (!names.flows.includes(flow)) throwUnknown(`flow of ${variant}`, flow, names.flows)
        if (example !== undefined) throw new UserError('A flow has no examples. Leave out example.')
        if (credential !== undefined)
          throw new UserError('A flow has its own credentials. Leave out credential.')
        return toResult(generateCode({ ...common, flows, flow }))
      }
      if (!operationId || !names.operations.includes(operationId))
        throwUnknown('operation', operationId ?? '', names.operations)
      const options = {
        ...(example !== undefined && { example }),
        ...(credential !== undefined && { credential }),
      }
      return toResult(generateCode({ ...common, operationId, ...options }))
    },
  )
}

function toResult({ code, language }: { code: string; language: string }) {
  return textResult(`\`\`\`${language}\n${code.trimEnd()}\n\`\`\``, { code, language })
}
