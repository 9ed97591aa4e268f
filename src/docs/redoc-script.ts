import { readFile } from 'node:fs/promises'

/** The script of all reference pages, up to the contract. It exists in the package only. */
const builtScript = new URL('../../docs/script.html', import.meta.url)

/** Reads the script of all reference pages: built in the package, from Redocly in the repository. */
export function readRedoc(): Promise<string> {
  return readFile(builtScript, 'utf8').catch(readInstalled)
}

/** Works in the repository only, because Redocly is a development dependency. */
async function readInstalled(): Promise<string> {
  const url = new URL(import.meta.resolve('@redocly/cli/lib/chunks/redoc.standalone.js'))
  const script = adaptRedoc(await readFile(url, 'utf8'))
  return `${scriptStart}\n${script.replaceAll(/<\/(script)/gi, '<\\/$1')}\n`
}

/** The start of the script of a page, which contains Redoc and then the contract. */
const scriptStart = '<script type="module">'

/** The only file that Redoc 3 loads from another host. It is replaced with text, to keep the attribution. */
const remoteLogo = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g
const localLogo = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="38" height="14"><text y="11" font-family="sans-serif" font-size="11" font-weight="700" fill="#2467f2">Redoc</text></svg>',
)}`

/** The elements and attributes that only format text. Others are shown as text, or dropped. */
const elements = [
  'blockquote|center|details|div|dl|dt|dd|h[1-6]|hr|li|ol|p|pre|summary|ul',
  'caption|col|colgroup|table|tbody|td|tfoot|th|thead|tr',
  'a|abbr|b|br|cite|code|del|dfn|em|font|i|img|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr',
].join('|')
const attributes =
  'align|alt|color|colspan|dir|height|href|id|lang|name|open|reversed|rowspan|scope|src|start|title|type|valign|width'

/** Further replacements in Redoc, which has no options for these. */
const replacements: [part: string, replacement: string][] = [
  // Redoc returns the English label.
  ['translate:(e,t)=>(', 'translate:(e,t)=>globalThis.redocLabels?.[e]||('],
  // Redoc renders every HTML element of a description: `<iframe srcdoc>` would run scripts, and of
  // `Bearer <token>` one word would be left. Its option `sanitize` takes Markdown for HTML, and damages code.
  [String.raw`=/^[a-zA-Z][a-zA-Z:_.\-\d]*$/`, `=/^(?:${elements})$/i`],
  [
    'for(let[r,i]of Object.entries(e))switch(r){case`value`:',
    `for(let[r,i]of Object.entries(e))if(/^(?:${attributes})$/.test(r))switch(r){case\`value\`:`,
  ],
]

/**
 * Adapts Redoc, or a page that contains it, so that it makes no requests, runs no scripts of contracts, and
 * has labels in the language of the page.
 * @throws {Error} when Redoc lacks a replaced part, which happens after upgrades
 */
export function adaptRedoc(text: string): string {
  return replacements.reduce(
    (adapted, [part, replacement]) => {
      if (!adapted.includes(part)) throw new Error(`Redoc does not contain ${part}. Adapt redoc-script.ts.`)
      return adapted.replace(part, () => replacement)
    },
    text.replaceAll(remoteLogo, localLogo),
  )
}
