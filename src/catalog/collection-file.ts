import { type Api, defaultServerPath } from './api.ts'

/** Reads a collection of an API, with another server in place of the sandbox or mock at its default URL. */
export async function readCollection(
  api: Api,
  file: 'postman.json' | 'bruno.json',
  baseUrl: string,
): Promise<string> {
  const text = await api.readDownload(file)
  return text.replaceAll(`http://localhost:4000${defaultServerPath(api)}`, baseUrl)
}
