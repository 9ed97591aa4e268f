import { controls } from '../common/controls.ts'

/** Returns the URL path of a page of the docs. */
export const docsUrl = (path: string): string =>
  path.startsWith('llms') ? `/${path}` : `/docs/${path.replace(/(^|\/)index\.html$/, '$1')}`

/** Returns the path of the reference page of an API in the hub. */
export function referencePath(variant: string, language: string): string {
  return language === 'en' ? `/docs/${variant}/` : `/docs/${variant}/${language}/`
}

/** The path of the reference of the development controls. */
export const controlsPath = `/docs/${controls}/`
