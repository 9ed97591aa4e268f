import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { raw } from 'hono/html'
import { builtInCatalog } from '../src/catalog/built-in.ts'
import { builtPage, navigationPlace, renderNow, sharedScript } from '../src/docs/reference.ts'
import { siteControls, siteReference } from '../src/docs/site.ts'
import { readControls } from '../src/docs/summary.ts'
import { hubControls, hubReference } from '../src/hub/reference.ts'
import { dist } from './root.ts'

/** Redoc is between these parts of a page. */
const scriptStart = '<script type="module">'
const contractStart = 'const __redoc_definition'

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
  const [script = '', ...others] = new Set(pages.map(({ html }) => redocOf(html)))
  if (others.length > 0) throw new Error('The reference pages contain different scripts.')
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

function redocOf(html: string): string {
  return html.slice(html.indexOf(scriptStart), html.indexOf(contractStart))
}
