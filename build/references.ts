import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { raw } from 'hono/html'
import { builtInCatalog } from '../src/catalog/built-in.ts'
import { builtPage, navigationPlace, renderNow, sharedScript } from '../src/docs/reference.ts'
import { siteControls, siteReference } from '../src/docs/site.ts'
import { readControls } from '../src/docs/summary.ts'
import { hubControls, hubReference } from '../src/hub/reference.ts'
import { dist } from './root.ts'

/** The start of the script of a page, which contains Redoc and then the contract. */
const scriptStart = '<script type="module">'

/** Renders the reference pages, and moves the common script (Redoc) to a separate file. */
export async function renderReferences(): Promise<void> {
  const controls = await readControls()
  const catalog = builtInCatalog()
  const navigationFor = () => raw(navigationPlace)
  const options = [hubControls(controls, { catalog, navigationFor }), siteControls(controls)].concat(
    catalog.apis.flatMap((api) =>
      api.languages.flatMap((language) => [
        hubReference(api, language, navigationFor),
        siteReference(api, language),
      ]),
    ),
  )
  const pages = await Promise.all(
    options.map(async (option) => ({ ...option, html: (await renderNow(option)).html })),
  )
  const script = commonStart(pages.map(({ html }) => html.slice(html.indexOf(scriptStart))))
  const folder = join(dist, 'docs')
  for (const { html, ...option } of pages) {
    mkdirSync(join(folder, option.target), { recursive: true })
    writeFileSync(
      join(folder, builtPage(option)),
      html.replace(script, () => sharedScript),
    )
  }
  writeFileSync(join(folder, 'script.html'), script)
}

function commonStart([first = '', ...others]: string[]): string {
  let length = first.length
  for (const other of others) {
    let index = 0
    while (index < length && other[index] === first[index]) index++
    length = index
  }
  return first.slice(0, length)
}
