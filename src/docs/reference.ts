import { readFile } from 'node:fs/promises'
import type { VariantName } from '../../generated/index.ts'
import type { Page } from '../ui/page.ts'
import { readContract } from './summary.ts'

export interface ReferenceOptions {
  variant: VariantName
  /** Who shows the page: the hub, or a folder of files. */
  target: 'hub' | 'site'
  /** The page that lists all APIs, as a link from this one. */
  home: string
  /** What replaces the contract's own servers. */
  servers?: object[]
}

/** Redoc writes its script and style into the page; its search runs in a worker that it makes itself. */
export const referencePolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  'connect-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Stands in a built page for the script that all of them share, four fifths of each. */
export const sharedScript = '<!-- shared script -->'

/** `npm run build` renders the pages into `dist/docs`; beside the sources there is no such folder. */
const built = new URL('../../docs/', import.meta.url)

/** The reference page of one API: as it was built into the package, or rendered now in the repository. */
export async function loadReference(options: ReferenceOptions): Promise<Page> {
  const html = await readBuilt(options)
  return html === undefined ? renderNow(options) : { html, policy: referencePolicy }
}

async function readBuilt({ variant, target }: ReferenceOptions): Promise<string | undefined> {
  const read = (file: string) => readFile(new URL(file, built), 'utf8')
  const page = await read(`${target}/${variant}.html`).catch(() => undefined)
  if (page === undefined) return undefined
  const script = await read('script.html')
  return page.replace(sharedScript, () => script)
}

/** Renders a page with the tools of the repository, which the package does not have. */
export async function renderNow({ variant, home, servers }: ReferenceOptions): Promise<Page> {
  const { renderReference } = await import('./render-reference.ts')
  return renderReference({ ...(await readContract(variant)), ...(servers && { servers }) }, home)
}
