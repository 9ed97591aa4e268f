import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { buildSite } from '../../src/docs/site.ts'

let folder: string
const written: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-contracts-site-'))
  await buildSite(join(folder, 'deep', 'site'), (file) => written.push(file))
})
afterAll(() => rm(folder, { recursive: true }))

const read = (...path: string[]) => readFile(join(folder, 'deep', 'site', ...path), 'utf8')

describe('the static site', () => {
  it('is an index and one page per API, and tells of each file', async () => {
    const files = ['index.html', ...variantNames.map((variant) => join(variant, 'index.html'))]
    expect(written.toSorted()).toEqual(files.map((file) => join(folder, 'deep', 'site', file)).toSorted())
    const found = await readdir(join(folder, 'deep', 'site'), { recursive: true })
    expect(found.filter((name) => name.endsWith('.html')).toSorted()).toEqual(files.toSorted())
  })

  it('has an index that links to each page by name', async () => {
    const index = await read('index.html')
    for (const variant of variantNames) expect(index).toContain(`href="./${variant}/index.html"`)
  })

  it('leads back from each page to the index, and names the server of the contract', async () => {
    for (const variant of variantNames) {
      const page = await read(variant, 'index.html')
      expect(page.includes('<a class="all-apis" href="../index.html">')).toBe(true)
      const { servers } = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
      expect(page.includes(JSON.stringify(servers))).toBe(true)
    }
    expect(await read('index.html')).not.toContain('href="/')
  })

  it.each(variantNames)('opens the page of %s readable before any script runs', async (variant) => {
    const { info } = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    const page = await read(variant, 'index.html')
    const drawn = page.slice(0, page.indexOf('<script type="module">'))
    // Not by toContain: its message would print a page of 2.5 MB.
    expect(drawn.includes(`<title>${info.title}</title>`)).toBe(true)
    expect(drawn.includes(info.summary)).toBe(true)
  })

  it.each(['index.html', ...variantNames.map((variant) => `${variant}/index.html`)])(
    'loads nothing in %s, and forbids the browser to',
    async (file) => {
      const page = await read(file)
      expect(page.match(/Content-Security-Policy" content="default-src (&#39;|')none/)).not.toBeNull()
      expect(page.match(/<(script|img|link|iframe)[^>]+(src|href)="(https?:)?\/\/[^"]*"/g)).toBeNull()
    },
  )
})

describe('building', () => {
  it('replaces what it wrote before', async () => {
    await buildSite(join(folder, 'deep', 'site'), () => {})
    expect(await readdir(join(folder, 'deep', 'site'))).toHaveLength(1 + variantNames.length)
  })

  it('tells the file system error when a file is in the way', async () => {
    await expect(buildSite(join(folder, 'deep', 'site', 'index.html'), () => {})).rejects.toMatchObject({
      code: 'EEXIST',
    })
  })
})
