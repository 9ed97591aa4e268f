import { html } from 'hono/html'
import type { Html } from '../ui/page.ts'
import type { DocsContext } from './context.ts'
import { pageTexts } from './texts/index.ts'

/** Renders a link that opens an operation in the console. Static sites have no console, and so no link. */
export function consoleLink(
  { console }: DocsContext,
  operationId: string,
  language: string,
): Html | undefined {
  const { tryIt } = pageTexts(language)
  return console === undefined
    ? undefined
    : html` <a href="${console}?operation=${operationId}" aria-label="${tryIt}: ${operationId}">${tryIt}</a>`
}
