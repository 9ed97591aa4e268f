import type { GuideLanguage } from '../guides/guide.ts'

const indexTexts: Record<GuideLanguage, string> = {
  en: 'Index of this documentation',
  ko: '전체 문서 목록',
}

/** Returns the first line of a Markdown page, which names the index of the docs for programs. */
export const indexLine = (url: string, language: GuideLanguage): string =>
  `> ${indexTexts[language]}: [llms.txt](${url})`

/** Writes fenced code. The fence is longer than any in the code. */
export function fence(language: string, code: string): string {
  const ticks = '`'.repeat(Math.max(3, ...[...code.matchAll(/`+/g)].map(([run]) => run.length + 1)))
  return `${ticks}${language}\n${code}\n${ticks}`
}

/** Writes a table. Bars in cells are escaped. */
export function table(head: string[], rows: string[][]): string {
  const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n')
}
