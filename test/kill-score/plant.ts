// Preloaded into a server: replaces a piece of one source file, as the variable MUTANT says.
import { registerHooks } from 'node:module'
import type { Mutation } from './mutant.ts'

const mutations: Mutation[] = JSON.parse(process.env.MUTANT ?? '[]')

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const own = mutations.filter(({ file }) => url.endsWith(`/${file}`))
    if (own.length === 0) return loaded
    const source = own.reduce(apply, String(loaded.source))
    return { ...loaded, source }
  },
})

function apply(source: string, { file, find, replace }: Mutation): string {
  const parts = source.split(find)
  if (parts.length !== 2)
    throw new Error(`${JSON.stringify(find)} occurs ${parts.length - 1} times in ${file}, not once`)
  return parts.join(replace)
}
