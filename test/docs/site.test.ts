import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  contractUrl,
  translations,
  translationUrl,
  type VariantName,
  variantNames,
} from '../../generated/index.ts'
import { builtInApi, builtInCatalog } from '../../src/catalog/built-in.ts'
import { buildSite } from '../../src/docs/site.ts'
import { listGuides } from '../../src/guides/index.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { isServed } from '../../src/variants/index.ts'
import { guidedNames } from '../support/served.ts'

/** Files that exist before the build. */
const earlierFiles = ['index.html', join(variantNames[0], 'index.html')]

let folder: string
let written: string[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-contracts-site-'))
  for (const path of earlierFiles) {
    await mkdir(dirname(join(folder, 'deep', 'site', path)), { recursive: true })
    await writeFile(join(folder, 'deep', 'site', path), 'an earlier build')
  }
  written = await buildSite(join(folder, 'deep', 'site'), builtInCatalog())
})
afterAll(() => rm(folder, { recursive: true }))

/** The pages in other languages than English. */
const translated = variantNames.flatMap((variant) =>
  translations[variant].map((language) => ({ variant, language })),
)

const read = (...path: string[]) => readFile(join(folder, 'deep', 'site', ...path), 'utf8')

const allFiles = async () =>
  (await readdir(join(folder, 'deep', 'site'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(folder, 'deep', 'site'), join(entry.parentPath, entry.name)))

/** Returns the part of a page whose links are files. Redoc resolves the others of a reference. */
const staticPart = (page: string) => /<nav class="all-apis"[\s\S]*?<\/nav>/.exec(page)?.[0] ?? page

const hasFlows = (variant: VariantName) =>
  existsSync(new URL(`../../openapi/${variant}/flows.arazzo.yaml`, import.meta.url))

/** The pages of an API with guides that list them. */
const guideIndexes = [
  ['guides', 'index.html'],
  ['ko', 'guides', 'index.html'],
]

/** Returns the files that the folder of an API should contain. */
async function filesOf(variant: VariantName): Promise<string[]> {
  const guides = (await listGuides(variant)).flatMap(({ language, topic }) => {
    const folder = [...(language === 'en' ? [] : [language]), 'guides']
    return [
      [...folder, topic, 'index.html'],
      [...folder, `${topic}.md`],
    ]
  })
  const contract = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
  const operations = endpointsOf(contract).map(({ operation }) => [
    'operations',
    `${operation.operationId}.md`,
  ])
  return [
    ['index.html'],
    ...builtInApi(variant).downloads.map((file) => [file]),
    ...(hasFlows(variant) ? [['journeys', 'index.html']] : []),
    ...(guides.length > 0 ? guideIndexes : []),
    ...guides,
    ...operations,
  ].map((path) => join(...path))
}

describe('the static site', () => {
  it('contains an index and the files of each API, and reports each written file', async () => {
    const files = [
      ['index.html', 'llms.txt', 'llms-full.txt'],
      ['index.html', 'openapi.json'].map((file) => join('controls', file)),
      ...(await Promise.all(
        variantNames.map(async (variant) => (await filesOf(variant)).map((file) => join(variant, file))),
      )),
      translated.map(({ variant, language }) => join(variant, language, 'index.html')),
    ].flat()
    expect(written.toSorted()).toEqual(files.toSorted())
    expect((await allFiles()).toSorted()).toEqual(files.toSorted())
  })

  it('has no broken links', async () => {
    const files = new Set(await allFiles())
    const pages = await Promise.all(
      [...files]
        .filter((file) => file.endsWith('.html'))
        .map(async (file) => ({ file, text: staticPart(await read(file)) })),
    )
    const ids = new Set(
      pages.flatMap(({ file, text }) =>
        [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `${file}#${id}`),
      ),
    )
    const texts = await Promise.all(
      [...files]
        .filter((file) => /(?:guides|operations).*\.md$|^llms/.test(file))
        .map(async (file) => ({ file, text: await read(file) })),
    )
    const links = [
      ...pages.map((page) => ({ ...page, pattern: /<(?:a|link)\b[^>]* href="(?!data:|https?:)([^"]+)"/g })),
      ...texts.map((page) => ({ ...page, pattern: /\]\((?!https?:)([^)\s]+)\)/g })),
    ].flatMap(({ file, text, pattern }) =>
      [...text.matchAll(pattern)].map(([, href = '']) => {
        const [path = '', anchor] = href.split('#')
        return { from: file, to: path ? join(dirname(file), path) : file, anchor, href }
      }),
    )
    expect(links.length).toBeGreaterThan(500)
    // Descriptions of vendors have links that are relative to their sites.
    const vendorTexts = variantNames
      .filter((variant) => !isServed(variant))
      .map((variant) => readFileSync(contractUrl(variant), 'utf8'))
      .join()
    // Redoc creates the anchors of the reference in the browser. They begin with a slash.
    const broken = links.filter(
      ({ to, anchor, href }) =>
        !vendorTexts.includes(`](${href})`) &&
        (!files.has(to) ||
          (anchor &&
            !anchor.startsWith('/') &&
            to.endsWith('.html') &&
            !ids.has(`${to}#${decodeURI(anchor)}`))),
    )
    expect(broken).toEqual([])
  })

  it('links the index to each page', async () => {
    const index = await read('index.html')
    for (const variant of variantNames) expect(index).toContain(`href="./${variant}/index.html"`)
  })

  it('links each page to the index, and shows the servers of the contract', async () => {
    for (const variant of variantNames) {
      const page = await read(variant, 'index.html')
      const shown = builtInApi(variant).downloads.filter((file) => file !== 'openapi-3.0.json')
      for (const target of ['../index.html', ...shown.map((file) => `./${file}`)])
        expect(page.includes(`<a href="${target}"`)).toBe(true)
      const { servers } = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
      expect(page.includes(JSON.stringify(servers))).toBe(true)
    }
    expect(await read('index.html')).not.toContain('href="/')
  })

  it('contains the reference of the development controls, with their contract for download', async () => {
    const page = await read('controls', 'index.html')
    for (const text of [
      '<title>Development controls</title>',
      '<a href="./openapi.json" download>',
      '"/__dev/sessions"',
    ])
      expect([text, page.includes(text)]).toEqual([text, true])
    expect(JSON.parse(await read('controls', 'openapi.json')).info.title).toBe('Development controls')
    expect(await read('index.html')).toContain('href="./controls/index.html"')
    const journeys = await Promise.all(
      variantNames.filter(hasFlows).map((variant) => read(variant, 'journeys', 'index.html')),
    )
    // A static site has no console.
    expect(journeys.join('')).not.toContain('/console/')
    expect(journeys.join('')).toMatch(/<a href="\.\.\/\.\.\/controls\/index\.html#\/\w+\/\w+">/)
  })

  it.each(variantNames)('shows title and summary of %s before any script runs', async (variant) => {
    const { info } = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    const page = await read(variant, 'index.html')
    const beforeScripts = page.slice(0, page.indexOf('<script type="module">'))
    // Without toContain, whose failure message would print a page of 2.5 MB.
    expect(beforeScripts.includes(`<title>${info.title}</title>`)).toBe(true)
    expect(beforeScripts.includes(info.summary ?? '')).toBe(true)
  })

  it.each(translated)('contains the reference of $variant in $language', async ({ variant, language }) => {
    const { info } = JSON.parse(await readFile(translationUrl(variant, language), 'utf8'))
    const page = await read(variant, language, 'index.html')
    for (const text of [`<html lang="${language}">`, `<title>${info.title}</title>`, info.summary])
      expect([text, page.includes(text)]).toEqual([text, true])
    for (const target of ['../../index.html', '../CHANGELOG.md', '../postman.json', '../index.html'])
      expect([target, page.includes(`<a href="${target}"`)]).toEqual([target, true])
    const links = [await read(variant, 'index.html'), await read('index.html')]
    expect(links[0]?.includes(`<a href="./${language}/index.html" lang="${language}"`)).toBe(true)
    expect(links[1]).toContain(`<a href="./${variant}/${language}/index.html" lang="${language}"`)
  })

  it.each(['index.html', ...variantNames.map((variant) => `${variant}/index.html`)])(
    'loads no external files in %s, and forbids it by policy',
    async (file) => {
      const page = await read(file)
      expect(page.match(/Content-Security-Policy" content="default-src (&#39;|')none/)).not.toBeNull()
      expect(page.match(/<(script|img|link|iframe)[^>]+(src|href)="(https?:)?\/\/[^"]*"/g)).toBeNull()
    },
  )
})

describe('building the static site', () => {
  it('names the API on Korean guides in Korean if its contract is translated, otherwise in English', async () => {
    for (const variant of guidedNames) {
      const isTranslated = translations[variant].includes('ko')
      const url = isTranslated ? translationUrl(variant, 'ko') : contractUrl(variant)
      const { info } = JSON.parse(await readFile(url, 'utf8'))
      const page = await read(variant, 'ko/guides/email-sign-in/index.html')
      expect(page).toContain(`: ${info.title}</title>`)
      expect(page).toContain(`<p class="api"${isTranslated ? '' : ' lang="en"'}>${info.title}</p>`)
    }
  })

  it('replaces the files of an earlier build', async () => {
    expect(await readdir(join(folder, 'deep', 'site'))).toHaveLength(4 + variantNames.length)
    for (const file of earlierFiles) expect((await read(file)).includes('<title>')).toBe(true)
  })

  it('fails with the file system error when a file exists at the path of the folder', async () => {
    await expect(
      buildSite(join(folder, 'deep', 'site', 'index.html'), builtInCatalog()),
    ).rejects.toMatchObject({
      code: 'EEXIST',
    })
  })
})
