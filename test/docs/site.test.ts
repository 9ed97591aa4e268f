import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, translations, translationUrl, variantNames } from '../../generated/index.ts'
import { buildSite } from '../../src/docs/site.ts'

/** Files that exist before the build. */
const earlierFiles = ['index.html', join(variantNames[0], 'index.html')]

let folder: string
const written: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-contracts-site-'))
  for (const path of earlierFiles) {
    await mkdir(dirname(join(folder, 'deep', 'site', path)), { recursive: true })
    await writeFile(join(folder, 'deep', 'site', path), 'an earlier build')
  }
  await buildSite(join(folder, 'deep', 'site'), (file) => written.push(file))
})
afterAll(() => rm(folder, { recursive: true }))

/** The pages in other languages than English. */
const translated = variantNames.flatMap((variant) =>
  translations[variant].map((language) => ({ variant, language })),
)

const read = (...path: string[]) => readFile(join(folder, 'deep', 'site', ...path), 'utf8')

describe('the static site', () => {
  it('contains an index and the files of each API, and reports each written file', async () => {
    const names = ['index.html', 'postman.json', 'bruno.json', 'CHANGELOG.md']
    const files = [
      'index.html',
      ...variantNames.flatMap((variant) => names.map((name) => join(variant, name))),
      ...translated.map(({ variant, language }) => join(variant, language, 'index.html')),
    ]
    expect(written.toSorted()).toEqual(files.map((file) => join(folder, 'deep', 'site', file)).toSorted())
    const found = await readdir(join(folder, 'deep', 'site'), { recursive: true })
    expect(found.filter((name) => name.includes('.')).toSorted()).toEqual(files.toSorted())
  })

  it('links the index to each page', async () => {
    const index = await read('index.html')
    for (const variant of variantNames) expect(index).toContain(`href="./${variant}/index.html"`)
  })

  it('links each page to the index, and shows the servers of the contract', async () => {
    for (const variant of variantNames) {
      const page = await read(variant, 'index.html')
      for (const target of ['../index.html', './CHANGELOG.md', './postman.json', './bruno.json'])
        expect(page.includes(`<a href="${target}"`)).toBe(true)
      const { servers } = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
      expect(page.includes(JSON.stringify(servers))).toBe(true)
    }
    expect(await read('index.html')).not.toContain('href="/')
  })

  it.each(variantNames)('shows title and summary of %s before any script runs', async (variant) => {
    const { info } = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    const page = await read(variant, 'index.html')
    const beforeScripts = page.slice(0, page.indexOf('<script type="module">'))
    // Without toContain, whose failure message would print a page of 2.5 MB.
    expect(beforeScripts.includes(`<title>${info.title}</title>`)).toBe(true)
    expect(beforeScripts.includes(info.summary)).toBe(true)
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
  it('replaces the files of an earlier build', async () => {
    expect(await readdir(join(folder, 'deep', 'site'))).toHaveLength(1 + variantNames.length)
    for (const file of earlierFiles) expect((await read(file)).includes('<title>')).toBe(true)
  })

  it('fails with the file system error when a file exists at the path of the folder', async () => {
    await expect(buildSite(join(folder, 'deep', 'site', 'index.html'), () => {})).rejects.toMatchObject({
      code: 'EEXIST',
    })
  })
})
