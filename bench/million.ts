import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fill } from './fill.ts'
import { createFolder, serve } from './servers.ts'
import { type Figure, perSecond, times } from './table.ts'
import { alternate, type Load, type Measured, underLoad } from './under-load.ts'
import { signUp } from './users.ts'

const many = 1_000_000
const few = 1_000
/** Each sign-up clears the row cache, so that nearly all session checks read the file. */
const signUpsPerSecond = 10

type Rates = Record<'many' | 'few', number>

/**
 * Compares session checks in databases with 1,000,000 and 1,000 users, without and with concurrent writes.
 */
export async function measureMillion(): Promise<Figure[]> {
  const folders = [await createFolder(), await createFolder()] as const
  try {
    const tokens = {
      many: fill(join(folders[0], 'openfactory.db'), many),
      few: fill(join(folders[1], 'openfactory.db'), few),
    }
    const { idle, busy } = await compare(folders, tokens)
    const what = `session check, ${many} users and sessions, ${tokens.many.length} sessions checked`
    const figure = (label: string, rates: Rates) => ({
      what: label,
      ours: perSecond(rates.many),
      peer: `${perSecond(rates.few)} (the same with ${few})`,
      ratio: times(rates.many / rates.few),
    })
    return [
      { ...figure(what, idle), goal: 'at least 0.85x', met: idle.many / idle.few >= 0.85 },
      figure(`${what}, with ${signUpsPerSecond} sign-ups per second`, busy),
    ]
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
}

async function compare(
  folders: readonly [string, string],
  tokens: Record<'many' | 'few', string[]>,
): Promise<Record<'idle' | 'busy', Rates>> {
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
      alternate(3, { many: () => measure(targets.many), few: () => measure(targets.few) })
    return {
      idle: await inBoth(async (load) => (await underLoad(load)).perSecond),
      busy: await inBoth((load) => measureDuringSignUps(new URL(load.url).origin, () => underLoad(load))),
    }
  } finally {
    await Promise.all([withMany.stop(), withFew.stop()])
  }
}

let signUpCount = 0

async function measureDuringSignUps(url: string, load: () => Promise<Measured>): Promise<number> {
  const signUps: Promise<string>[] = []
  const timer = setInterval(() => {
    const number = signUpCount++
    const ip = `10.2.${(number >> 8) & 255}.${number & 255}`
    signUps.push(signUp(url, `user${number}@example.org`, ip))
  }, 1000 / signUpsPerSecond)
  try {
    return (await load()).perSecond
  } finally {
    clearInterval(timer)
    await Promise.all(signUps)
  }
}
