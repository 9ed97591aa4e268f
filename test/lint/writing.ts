import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { parseDocument, visit } from 'yaml'

/** A piece of prose: where it is, and what kind of rules apply to it. */
export interface Prose {
  kind: 'comment' | 'message' | 'title' | 'document'
  line: number
  text: string
}

/** A finding: the line, and the words that should be rewritten. */
export interface Finding {
  line: number
  words: string
}

/**
 * Phrases that made readers decode a sentence. Each has an idiomatic replacement: see "Writing" in
 * CONTRIBUTING.md. Patterns are matched against prose whose line breaks have become spaces.
 */
export const bannedPhrases: RegExp[] = [
  /\b(?:nobody|somebody|anybody|whoever|whomever|whichever|whosoever)\b/,
  /\b(?:thereby|hereby|herein|therein|thereof|whereof|thereafter|whereupon|therewith|hence)\b/,
  /\b(?:is|are|was|were) told\b/,
  /\b(?:what|nothing|something) (?:came|comes|becomes) of\b/,
  /\bof (?:its|their|his|her|our|your) own\b/,
  /\b(?:his|hers|theirs|ours) alone\b/,
  /\bas (?:it was|they were|was|were) (?:sent|given|meant)\b/,
  /\bcom(?:e|es|ing) along\b/,
  /\bbeside\b/,
  /(?<!\bthere )\b(?:is|are|was|were) no (?!(?:longer|more|different|later|earlier|less|fewer|greater|longer|way|such|need|point|guarantee|reason|limit)\b)\w+/,
  /\bthere (?:is|are|was|were) (?:none|nobody)\b/,
  /\bso (?:many|much) (?:in|at|for|as) (?:so|once|a)\b/,
  /\bin so (?:long|short) a\b/,
  /\bbears? (?:the|a|no|its|this)\b/,
  /\b(?:one|ones) who (?:asks|calls|has|is)\b/,
  /\bthose (?:that|who) (?:have|come|came)\b/,
  /\bis (?:meant|wanted) to be\b/,
  /\bwhose (?:it|they) (?:is|are|was|were)\b/,
  /\b(?:bites?|feels?) (?:at|at once)\b/,
  /\bfor ever\b/,
  /\be-mails?\b/,
  /(?:^|[.:!] )(?:What|Who|Whose) (?!you )(?![^.!]*\?)/,
  /\b(?:he|she|whom)\b/,
  /\bwhat (?:is|are) (?:no|there)\b/,
  /\bever so\b|\bany more than\b|\bno sooner\b|\blet alone\b|\bnot at all\b/,
  /\bby half\b|\bin part\b|\bfor one'?s\b/,
]

/** The word `address` alone is ambiguous: it could be an email, an IP address, a URL or an origin. */
export const ambiguousAddress =
  /(?<!\b(?:email|IP|IPv4|IPv6|loopback|network|socket|bind|multicast|street|return) )\baddress(?:es)?\b(?! bar\b)/i

const maxCommentLine = 110

/** The prose of a TypeScript or JavaScript file: comments, messages and test titles. */
export function proseOfCode(file: string, isTest: boolean): Prose[] {
  const text = readFileSync(file, 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1
  const prose = commentsOf(text, source).map(({ start, text }) => ({
    kind: 'comment' as const,
    line: lineAt(start),
    text,
  }))
  const found: Prose[] = [...prose]
  function walk(node: ts.Node): void {
    const title = isTest ? titleOf(node) : undefined
    if (title) found.push({ kind: 'title', line: lineAt(title.getStart()), text: title.text })
    else if (!isTest && isMessage(node)) {
      const words = ts.isTemplateExpression(node) ? templateText(node) : node.text
      if (/[a-z]{2,} [a-z]{2,} [a-z]/i.test(words))
        found.push({ kind: 'message', line: lineAt(node.getStart()), text: words })
    }
    ts.forEachChild(node, walk)
  }
  walk(source)
  return found
}

function isMessage(
  node: ts.Node,
): node is ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)
}

function templateText({ head, templateSpans }: ts.TemplateExpression): string {
  return head.text + templateSpans.map(({ literal }) => `X${literal.text}`).join('')
}

function commentsOf(text: string, source: ts.SourceFile): { start: number; text: string }[] {
  const ranges = new Map<number, number>()
  function add(position: number): void {
    for (const range of ts.getLeadingCommentRanges(text, position) ?? []) ranges.set(range.pos, range.end)
  }
  function walk(node: ts.Node): void {
    add(node.pos)
    for (const { pos, end } of ts.getTrailingCommentRanges(text, node.end) ?? []) ranges.set(pos, end)
    ts.forEachChild(node, walk, (list) => {
      list.forEach(walk)
      // A comment before the closing bracket of a list belongs to no node.
      add(list.end)
    })
  }
  walk(source)
  return [...ranges].map(([start, end]) => ({ start, text: text.slice(start, end) }))
}

/** The title of `it('…')`, `it.each(…)('…')` and their like. */
function titleOf(node: ts.Node): ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | undefined {
  if (!ts.isCallExpression(node)) return undefined
  const [title] = node.arguments
  const called = node.expression.getText().replace(/\s/g, '')
  if (!title || !/^(?:it|test)(?:\.\w+)*(?:$|\.each\(|\()/.test(called) || /\.each$/.test(called))
    return undefined
  return ts.isStringLiteral(title) || ts.isNoSubstitutionTemplateLiteral(title) ? title : undefined
}

/** The prose of a Markdown file, without code blocks and code spans. */
export function proseOfMarkdown(file: string): Prose[] {
  const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, (block) =>
    block.replace(/[^\n]/g, ''),
  )
  return text.split('\n').map((line, index) => ({ kind: 'document', line: index + 1, text: line }))
}

/** The prose of a contract: its summaries and descriptions. */
export function proseOfContract(file: string): Prose[] {
  const text = readFileSync(file, 'utf8')
  const found: Prose[] = []
  const lines = text.split('\n')
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      const name = String(key)
      if (name === 'example' || name === 'value') return visit.SKIP
      if (name !== 'summary' && name !== 'description') return
      const node = value as { value?: unknown; range?: [number, number, number] }
      if (typeof node?.value !== 'string') return
      const line = text.slice(0, node.range?.[0] ?? 0).split('\n').length
      found.push({ kind: 'document', line: Math.min(line, lines.length), text: node.value })
    },
  })
  return found
}

/** Finds what breaks the rules of writing in a piece of prose. */
export function findingsIn({ kind, line, text }: Prose): Finding[] {
  const words: string[] = []
  const plain = withoutCode(text)
  for (const phrase of [...bannedPhrases, ambiguousAddress]) {
    const match = new RegExp(phrase, phrase.source.includes('What|Who|Whose') ? '' : 'i').exec(plain)
    if (match) words.push(match[0].trim())
  }
  if (kind === 'comment') words.push(...layoutFaults(text))
  if (kind === 'title' && !isSentence(text)) words.push(`not a sentence: ${text}`)
  return words.map((words) => ({ line, words }))
}

/** Comment markers, code spans and line breaks are not prose. */
function withoutCode(text: string): string {
  return text
    .replace(/\* @example[\s\S]*?(?=\n\s*\* @|\*\/|$)/g, '')
    .replace(/`[^`\n]*`/g, '`code`')
    .replace(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)\s?/gm, '')
    .replace(/https?:\/\/\S+/g, 'URL')
    .replace(/\s+/g, ' ')
}

function layoutFaults(text: string): string[] {
  const lines = text.split('\n')
  const tags = /@(?:param|returns|throws|example|see|deprecated)\b/g
  return [
    ...lines
      .filter((line) => line.length > maxCommentLine)
      .map((line) => `longer than ${maxCommentLine}: ${line.trim()}`),
    ...lines
      .filter(
        (line) =>
          (line.match(tags) ?? []).length > 1 ||
          /\w[^@]*\s@(?:param|returns|throws)\b/.test(line.replace(/`[^`]*`/g, '')),
      )
      .map((line) => `more than one tag: ${line.trim()}`),
  ]
}

/** A title is a sentence without its subject: it begins with a verb in the third person. */
function isSentence(title: string): boolean {
  const words = title.replace(/^[A-Z]\d\d /, '').split(' ')
  const [first = '', second = ''] = words
  const verb = /^(?:%\w|%|\$|never$)/.test(first) ? second : first
  return (
    words.length >= 3 &&
    /^[a-z-]+s$/.test(verb) &&
    !/^(?:this|its|as|was|always|perhaps|others|theirs|ours|besides|thus|yes|whose|clients|users|requests|sessions|tokens|tests|keys|mails)$/.test(
      verb,
    )
  )
}
