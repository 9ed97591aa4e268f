import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { root } from './root.ts'

/**
 * The licences of what the package holds copies of: the packages of the bundled modules, and the documentation's Redoc.
 * @param modules the file names of the bundled modules
 */
export function noticesOf(modules: string[]): string {
  const folders = new Set(modules.flatMap((file) => packageFolder(file) ?? []))
  folders.add(join(root, 'node_modules/@redocly/cli'))
  const notices = [...new Set([...folders].map(noticeOf))].sort()
  return `# Third-party software in this package

Prism (https://github.com/stoplightio/prism) and its dependencies, in \`dist/src/mock/prism-http.js\`, and
Redoc (https://github.com/Redocly/redoc), in \`dist/docs\`.

${notices.join('\n\n')}
`
}

/** The folder of the innermost package that a file belongs to. */
function packageFolder(file: string): string | undefined {
  const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file) ?? []
  return folder
}

function noticeOf(folder: string): string {
  const {
    name,
    version,
    licenses,
    license = licenses[0].type,
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = globSync(['{LICENSE,LICENCE,License,license}*', 'NOTICE*', 'THIRD_PARTY_NOTICES'], {
    cwd: folder,
  })
    .filter((file) => !file.includes(sep))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return `## ${name} ${version}: ${license}\n\n${[...new Set(texts)].join('\n\n')}`.trim()
}
