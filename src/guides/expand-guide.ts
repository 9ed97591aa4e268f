import { readFile } from 'node:fs/promises'
import { contractUrl } from '../../generated/index.ts'
import type { Document } from '../openapi/document.ts'
import { codeOf } from './code.ts'
import { controlOf } from './control.ts'
import { type Directive, splitGuide } from './directives.ts'
import type { Guide, GuideLanguage } from './guide.ts'
import { type LinkTarget, replaceLinks } from './links.ts'
import { requestOf, responseOf } from './messages.ts'
import { sampleOf } from './sample.ts'
import { withSandboxUrl } from './sandbox-url.ts'

/** A piece of code with its title, such as the name of its language. */
export interface Sample {
  title: string
  language: string
  code: string
}

/** A part of an expanded guide: Markdown, or the same code in one or more languages. */
export type Block = string | Sample[]

export interface ExpandOptions {
  /** The URL of a server, without a slash at the end. It replaces `{sandbox}`, and generated code calls it. */
  baseUrl: string
  /** Returns the URL of a page. By default, links stay as they are. */
  linkTo?: (target: LinkTarget) => string
}

const titles = {
  request: { en: 'Request', ko: '요청' },
  response: { en: 'Response', ko: '응답' },
} satisfies Record<string, Record<GuideLanguage, string>>

/**
 * Replaces the directives of a guide with code, and `{sandbox}` with the base URL.
 * @throws {UserError} if a directive does not fit the contract; the message names the file and the line
 */
export async function expandGuide(guide: Guide, options: ExpandOptions): Promise<string> {
  const blocks = await guideBlocks(guide, options)
  return `${blocks
    .map((block) => (typeof block === 'string' ? block.trim() : fences(block)))
    .join('\n\n')
    .trim()}\n`
}

/**
 * Splits a guide into Markdown and code.
 * @throws {UserError} if a directive does not fit the contract; the message names the file and the line
 */
export async function guideBlocks(guide: Guide, { baseUrl, linkTo }: ExpandOptions): Promise<Block[]> {
  const document: Document = JSON.parse(await readFile(contractUrl(guide.variant), 'utf8'))
  return Promise.all(
    splitGuide(guide).map(async (part) => {
      if (typeof part !== 'string') return samplesOf(guide, document, part, baseUrl)
      const text = withSandboxUrl(part, baseUrl)
      return linkTo ? replaceLinks(text, linkTo) : text
    }),
  )
}

async function samplesOf(
  { variant, language }: Guide,
  document: Document,
  directive: Directive,
  baseUrl: string,
): Promise<Sample[]> {
  const { name } = directive
  if (name === 'code') return codeOf(variant, document, directive, baseUrl)
  if (name === 'sample') return [await sampleOf(variant, directive, baseUrl)]
  if (name === 'control') return [await controlOf(variant, directive, baseUrl)]
  const code = name === 'request' ? requestOf(document, directive) : responseOf(document, directive)
  return [{ title: titles[name][language], language: 'http', code }]
}

/** Writes samples as fenced code. Several languages get their names as titles. */
function fences(samples: Sample[]): string {
  return samples
    .map(({ title, language, code }) =>
      [...(samples.length > 1 ? [`**${title}**`, ''] : []), `\`\`\`${language}`, code, '```'].join('\n'),
    )
    .join('\n\n')
}
