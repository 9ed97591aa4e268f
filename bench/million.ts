import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fill } from './fill.ts'
import { newFolder, serve } from './served.ts'
import { type Figure, perSecond, times } from './table.ts'
import { inTurns, underLoad } from './under-load.ts'

const many = 1_000_000
const few = 1_000

/** What it costs a session check that a million people have accounts. */
export async function measureMillion(): Promise<Figure[]> {
  const folders = [await newFolder(), await newFolder()] as const
  try {
    const tokens = {
      many: fill(join(folders[0], 'openfactory.db'), many),
      few: fill(join(folders[1], 'openfactory.db'), few),
    }
    const rates = await compare(folders, tokens)
    const ratio = rates.many / rates.few
    return [
      {
        what: `session check, ${many} users and sessions, ${tokens.many.length} sessions asked for`,
        ours: perSecond(rates.many),
        peer: `${perSecond(rates.few)} (the same with ${few})`,
        ratio: times(ratio),
        goal: 'at least 0.85x',
        met: ratio >= 0.85,
      },
    ]
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
}

async function compare(
  folders: readonly [string, string],
  tokens: Record<'many' | 'few', string[]>,
): Promise<Record<'many' | 'few', number>> {
  const [withMany, withFew] = await Promise.all([
    serve('openfactory', { folder: folders[0] }),
    serve('openfactory', { folder: folders[1] }),
  ])
  try {
    const check = (url: string, sessions: string[]) => ({
      url: `${url}/api/auth/session`,
      calls: sessions.map((token) => ({ headers: { authorization: `Bearer ${token}` } })),
    })
    const targets = { many: check(withMany.url, tokens.many), few: check(withFew.url, tokens.few) }
    for (const target of Object.values(targets)) await underLoad({ ...target, seconds: 2 })
    return await inTurns(3, {
      many: async () => (await underLoad(targets.many)).perSecond,
      few: async () => (await underLoad(targets.few)).perSecond,
    })
  } finally {
    await Promise.all([withMany.stop(), withFew.stop()])
  }
}
