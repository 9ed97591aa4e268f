import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fill } from './fill.ts'
import { signUpHere } from './people.ts'
import { newFolder, serve } from './served.ts'
import { type Figure, perSecond, times } from './table.ts'
import { inTurns, type Load, type Measured, underLoad } from './under-load.ts'

const many = 1_000_000
const few = 1_000
/** Each of them empties the memory of rows, so that nearly all checks read the file. */
const signUpsPerSecond = 10

type Rates = Record<'many' | 'few', number>

/** What it costs a session check that a million people have accounts, while nobody writes and while somebody does. */
export async function measureMillion(): Promise<Figure[]> {
  const folders = [await newFolder(), await newFolder()] as const
  try {
    const tokens = {
      many: fill(join(folders[0], 'openfactory.db'), many),
      few: fill(join(folders[1], 'openfactory.db'), few),
    }
    const { still, busy } = await compare(folders, tokens)
    const what = `session check, ${many} users and sessions, ${tokens.many.length} sessions asked for`
    const figure = (about: string, rates: Rates) => ({
      what: about,
      ours: perSecond(rates.many),
      peer: `${perSecond(rates.few)} (the same with ${few})`,
      ratio: times(rates.many / rates.few),
    })
    return [
      { ...figure(what, still), goal: 'at least 0.85x', met: still.many / still.few >= 0.85 },
      figure(`${what}, while ${signUpsPerSecond} people a second sign up`, busy),
    ]
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
}

async function compare(
  folders: readonly [string, string],
  tokens: Record<'many' | 'few', string[]>,
): Promise<Record<'still' | 'busy', Rates>> {
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
    const inBoth = (measure: (load: Load) => Promise<number>) =>
      inTurns(3, { many: () => measure(targets.many), few: () => measure(targets.few) })
    return {
      still: await inBoth(async (load) => (await underLoad(load)).perSecond),
      busy: await inBoth((load) => whilePeopleSignUp(new URL(load.url).origin, () => underLoad(load))),
    }
  } finally {
    await Promise.all([withMany.stop(), withFew.stop()])
  }
}

let newcomers = 0

async function whilePeopleSignUp(url: string, load: () => Promise<Measured>): Promise<number> {
  const signUps: Promise<string>[] = []
  const timer = setInterval(() => {
    const number = newcomers++
    const address = `10.2.${(number >> 8) & 255}.${number & 255}`
    signUps.push(signUpHere(url, `newcomer${number}@example.org`, address))
  }, 1000 / signUpsPerSecond)
  try {
    return (await load()).perSecond
  } finally {
    clearInterval(timer)
    await Promise.all(signUps)
  }
}
