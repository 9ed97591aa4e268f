import { html } from 'hono/html'
import type { Document } from '../openapi/document.ts'
import type { Page } from '../ui/page.ts'
import { readRedoc } from './redoc-script.ts'
import { codeLanguages, type Frame, policyOf, renderFrame } from './reference-frame.ts'

/**
 * Returns a reference page that Redoc renders in the browser. Unlike `renderReference`, it takes no time and
 * needs only the script of Redoc, which is in the package.
 * @param contract the bundled OpenAPI 3.1 document
 */
export async function renderInBrowser(contract: Document, frame: Frame): Promise<Page> {
  const options = { codeSamples: { languages: codeLanguages }, skipBundle: true, disableTelemetry: true }
  const body = `<div id="redoc"></div>
${await readRedoc()}
const contract = ${toScript(contract)}
hydrate(contract, ${toScript(options)}, document.getElementById('redoc'))
</script>`
  const title = String(await html`${contract.info.title}`)
  return { html: await renderFrame(frame, { title, head, body }), policy: policyOf(frame) }
}

/** Redoc inserts its styles after this element, so those of the frame, which come later, win. */
const head = '<style data-styled></style>'

/** Writes a value as JavaScript that cannot end its script element. */
const toScript = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c')
