import { Lexer, type Token, walkTokens } from 'marked'
import { type Directive, splitGuide } from '../../src/guides/directives.ts'
import { guideBlocks } from '../../src/guides/expand-guide.ts'
import { guideLanguages } from '../../src/guides/guide.ts'
import { headingId } from '../../src/guides/heading-id.ts'
import type { Guide } from '../../src/guides/index.ts'
import { parseLink } from '../../src/guides/links.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf, findEndpoint } from '../../src/openapi/operations.ts'

/**
 * Finds the mistakes in the guides of one API, each with its file and line.
 * @param contract the contract of the API
 * @param controls the contract of the development controls, which guides may mention, too
 */
export async function findingsIn(guides: Guide[], contract: Document, controls: Document): Promise<string[]> {
  const found = await Promise.all(
    guides.map(async (guide) => [
      ...operationFindings(guide, contract),
      ...sandboxFindings(guide),
      ...tokensOf(guide).flatMap(({ token, place }) => [
        ...forbiddenIn(token, place),
        ...spanFindings(token, place, contract, controls),
        ...linkFindings(token, place, guide, guides, contract),
      ]),
      ...nextStepFindings(guide, guides),
      ...(await directiveFindings(guide)),
      ...translationFindings(guide, guides),
    ]),
  )
  return found.flat()
}

const startOf = ({ source: { file, line } }: Guide) => `${file}:${line}`

function operationFindings(guide: Guide, contract: Document): string[] {
  return guide.operations
    .filter((operation) => !findEndpoint(contract, operation))
    .map((operation) => `${guide.source.file}:2 lists the unknown operation ${operation}.`)
}

/** Finds URLs and paths of a sandbox that would be wrong on another port. */
function sandboxFindings({ body, source }: Guide): string[] {
  return body
    .split('\n')
    .flatMap((line, index) =>
      /localhost:4000|\/sandbox\/|`\/?__dev\b/.test(line)
        ? [
            `${source.file}:${source.line + index} names a URL of the sandbox. Write {sandbox} for its base URL.`,
          ]
        : [],
    )
}

/** Returns all Markdown tokens of a guide in document order, with their places as `file:line`. */
function tokensOf({ body, source }: Guide): { token: Token; place: string }[] {
  const tokens: { token: Token; place: string }[] = []
  let cursor = 0
  walkTokens(new Lexer().lex(body), (token) => {
    // The text of nested blocks lacks its indentation, so it may not be found.
    const found = body.indexOf(token.raw, cursor)
    const start = found < 0 ? cursor : found + token.raw.search(/\S|$/)
    const isContainer = ['tokens', 'items', 'rows'].some((key) => key in token)
    if (found >= 0) cursor = isContainer ? found : found + token.raw.length
    const line = source.line + body.slice(0, start).split('\n').length - 1
    tokens.push({ token, place: `${source.file}:${line}` })
  })
  return tokens
}

function forbiddenIn(token: Token, place: string): string[] {
  if (token.type === 'code')
    return [`${place} has free code. Use ::request, ::response, ::code, ::control or ::sample.`]
  if (token.type === 'html') return [`${place} has HTML. Use Markdown.`]
  if (token.type === 'heading' && token.depth === 1)
    return [`${place} has a heading of the first level. The title is in the front matter.`]
  return []
}

/** Finds code spans that name operations or error codes which do not exist. */
function spanFindings(token: Token, place: string, contract: Document, controls: Document): string[] {
  if (token.type !== 'codespan') return []
  const [, method = '', path = ''] =
    /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\/[^\s?]*)/.exec(token.text) ?? []
  if (path)
    return [contract, controls].some((document) => hasOperation(document, method, path))
      ? []
      : [`${place} names ${token.text}, which is not in the contract.`]
  const isErrorCode = /^[a-z]+\/[a-z]+(?:-[a-z]+)*$/.test(token.text)
  return !isErrorCode || JSON.stringify(contract).includes(token.text)
    ? []
    : [`${place} names ${token.text}, which is not in the contract.`]
}

/** Tells whether a path is that of an operation, with placeholders or with values. */
const hasOperation = (document: Document, method: string, path: string): boolean =>
  endpointsOf(document).some(
    (endpoint) =>
      endpoint.method === method.toLowerCase() &&
      (endpoint.path === path || new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, '[^/{}]+')}$`).test(path)),
  )

function linkFindings(
  token: Token,
  place: string,
  guide: Guide,
  guides: Guide[],
  contract: Document,
): string[] {
  if (token.type === 'image') return [`${place} has an image.`]
  if (token.type !== 'link') return []
  const href: string = decodeURI(token.href)
  if (href.startsWith('https://')) return []
  if (href.startsWith('#')) return hasHeading(guide, href) ? [] : [`${place} links to no heading: ${href}.`]
  const target = parseLink(href)
  if (target?.kind === 'operation')
    return findEndpoint(contract, target.operationId)
      ? []
      : [`${place} links to the unknown operation ${target.operationId}.`]
  const linked = guides.find(
    ({ topic, language }) => topic === target?.topic && language === target?.language,
  )
  if (!target || !linked) return [`${place} has the broken link ${href}.`]
  if (linked.language !== guide.language) return [`${place} links to a guide in another language: ${href}.`]
  return !target.anchor || hasHeading(linked, target.anchor) ? [] : [`${place} links to no heading: ${href}.`]
}

/** Finds links of the last section whose texts are not the titles of their guides. */
function nextStepFindings(guide: Guide, guides: Guide[]): string[] {
  const tokens = tokensOf(guide)
  const start = tokens.findLastIndex(({ token }) => token.type === 'heading' && isNextSteps(token.text))
  return tokens.slice(start < 0 ? tokens.length : start).flatMap(({ token, place }) => {
    const target = token.type === 'link' ? parseLink(token.href) : undefined
    if (target?.kind !== 'guide') return []
    const linked = guides.find(
      ({ topic, language }) => topic === target.topic && language === target.language,
    )
    return !linked || token.type !== 'link' || token.text === linked.title
      ? []
      : [`${place} has the link text ${token.text}, but the title of the guide is ${linked.title}.`]
  })
}

const isNextSteps = (heading: string): boolean => ['Next steps', '다음 단계'].includes(heading)

const hasHeading = (guide: Guide, anchor: string): boolean =>
  headingsOf(guide).some(({ text }) => `#${headingId(text)}` === anchor)

const headingsOf = (guide: Guide): { depth: number; text: string }[] =>
  tokensOf(guide).flatMap(({ token }) =>
    token.type === 'heading' ? [{ depth: Number(token.depth), text: String(token.text) }] : [],
  )

async function directiveFindings(guide: Guide): Promise<string[]> {
  return guideBlocks(guide, { baseUrl: 'http://localhost:4000' }).then(
    () => [],
    (error: Error) => [error.message],
  )
}

/** Compares a guide with its translation, and finds text in the wrong language. */
function translationFindings(guide: Guide, guides: Guide[]): string[] {
  const other = guideLanguages.find((language) => language !== guide.language)
  const translation = guides.find(({ topic, language }) => topic === guide.topic && language === other)
  const prose = `${guide.title}\n${guide.description}\n${guide.body}`
  const isKorean = /\p{Script=Hangul}/u.test(guide.title) && /\p{Script=Hangul}/u.test(guide.description)
  const found = [
    ...(guide.language === 'en' && /\p{Script=Hangul}/u.test(prose)
      ? [`${startOf(guide)} is the English guide, but contains Korean.`]
      : []),
    ...(guide.language === 'ko' && !isKorean
      ? [`${startOf(guide)} has no Korean title or description.`]
      : []),
    ...(headingsOf(guide).some(({ depth }) => depth === 2) ? [] : [`${startOf(guide)} has no sections.`]),
  ]
  if (!translation) return [...found, `${startOf(guide)} has no translation (${guide.topic}.${other}.md).`]
  // Each difference is reported once, for the translation.
  return guide.language === 'en' ? found : [...found, ...differencesOf(guide, translation)]
}

function differencesOf(guide: Guide, original: Guide): string[] {
  const depths = [guide, original].map((each) =>
    headingsOf(each)
      .map(({ depth }) => depth)
      .join(' '),
  )
  const operations = [guide, original].map((each) => each.operations.join(' '))
  return [
    ...(depths[0] === depths[1]
      ? []
      : [`${startOf(guide)} has other sections than ${original.source.file}.`]),
    ...(operations[0] === operations[1]
      ? []
      : [`${guide.source.file}:2 lists other operations than ${original.source.file}.`]),
    ...directiveDifferences(directivesOf(guide), directivesOf(original), guide),
  ]
}

function directiveDifferences(ours: Directive[], theirs: Directive[], guide: Guide): string[] {
  const index = ours.findIndex((directive, index) => textOf(directive) !== textOf(theirs[index]))
  if (index >= 0)
    return [
      `${ours[index]?.place} has the directive ${textOf(ours[index])}, but ${theirs[index]?.place ?? 'the translation'} has ${textOf(theirs[index])}.`,
    ]
  return ours.length === theirs.length
    ? []
    : [
        `${startOf(guide)} lacks the directive ${textOf(theirs[ours.length])} of ${theirs[ours.length]?.place}.`,
      ]
}

const textOf = (directive: Directive | undefined): string =>
  directive ? `${directive.name} ${JSON.stringify(directive.attributes)}` : 'none'

/** A malformed directive is reported when the guide is expanded. */
function directivesOf(guide: Guide): Directive[] {
  try {
    return splitGuide(guide).filter((part) => typeof part !== 'string')
  } catch {
    return []
  }
}
