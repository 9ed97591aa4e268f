import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { root } from './root.ts'

/**
 * Returns the licences of all software that the package contains copies of: the bundled modules, and Redoc in
 * the docs.
 * @param modules the file names of the bundled modules
 */
export function renderNotices(modules: string[]): string {
  const folders = new Set(modules.flatMap((file) => packageFolder(file) ?? []))
  folders.add(join(root, 'node_modules/@redocly/cli'))
  const notices = [...new Set([...folders].map(renderNotice))].sort()
  return `# Third-party software in this package

The generator of Prism (https://github.com/stoplightio/prism) and its dependencies, in \`dist/src/mock/prism-http.js\`,
openapi-typescript (https://github.com/openapi-ts/openapi-typescript) and its dependencies, in
\`dist/src/codegen/openapi-typescript.js\`, and Redoc (https://github.com/Redocly/redoc), in \`dist/docs\`.

${notices.join('\n\n')}
`
}

/** Returns the folder of the innermost package that contains a file. */
function packageFolder(file: string): string | undefined {
  const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file) ?? []
  return folder
}

function renderNotice(folder: string): string {
  const {
    name,
    version,
    licenses,
    license = licenses[0].type,
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = globSync(
    ['{LICENSE,LICENCE,License,license}*', 'NOTICE*', '{THIRD_PARTY_NOTICES,ThirdPartyNotice}*'],
    {
      cwd: folder,
    },
  )
    .filter((file) => !file.includes(sep))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return `## ${name} ${version}: ${license}\n\n${[...new Set(texts)].join('\n\n')}`.trim()
}
