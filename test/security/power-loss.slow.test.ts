import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../cli/child.ts'
import { createCrashableFile, recordFileOperations } from '../support/power-loss.ts'

const child = join(import.meta.dirname, 'power-loss.child.ts')

/** Looks at what SQLite makes of a database file and its log. */
async function judge(folder: string, images: Record<string, Buffer>) {
  for (const [name, image] of Object.entries(images)) await writeFile(join(folder, name), image)
  const database = new DatabaseSync(join(folder, 'auth.db'))
  try {
    const [{ integrity_check: integrity } = {}] = database.prepare('PRAGMA integrity_check').all()
    const people = database
      .prepare(`SELECT email,
          EXISTS (SELECT 1 FROM sessions WHERE user_id = users.id) AS in_session,
          EXISTS (SELECT 1 FROM memberships WHERE user_id = users.id) AS in_organization
        FROM users WHERE email LIKE 'p%@example.net'`)
      .all()
    return { integrity, people }
  } finally {
    database.close()
  }
}

/** Repeatable chance (mulberry32). */
const chanceFrom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

/** Cuts the power after every step of a recorded run, with several losses each. */
async function cutEverywhere(variant: string, people: number, ...pragmas: string[]) {
  const folder = await temporaryFolder()
  const disk = join(folder, 'disk')
  await mkdir(disk)
  const steps = await recordFileOperations(
    [child, variant, join(folder, 'auth.db'), String(people), ...pragmas],
    folder,
  )

  const files = { 'auth.db': createCrashableFile(), 'auth.db-wal': createCrashableFile() }
  const acknowledged: string[] = []
  const found = { cuts: 0, acknowledged: 0, lost: new Set<string>(), damaged: 0, halves: new Set<string>() }
  const chance = chanceFrom(42)
  const torn = () => Math.min(1, Math.max(0, chance() * 2 - 0.5))
  for (const step of steps) {
    if (step.kind === 'acknowledge') acknowledged.push(step.what)
    else {
      const file = files[basename(step.path) as keyof typeof files]
      if (!file) continue
      if (step.kind === 'sync') file.sync()
      else file.change(step)
    }
    // Before that there is no service: the database is just being made.
    if (acknowledged.length === 0) continue
    for (const keeps of [() => 0, torn, () => 1]) {
      const images = Object.entries(files).map(([name, file]) => [name, file.afterLoss(keeps)])
      const { integrity, people } = await judge(disk, Object.fromEntries(images))
      const there = new Set(people.map(({ email }) => String(email)))
      found.cuts++
      if (integrity !== 'ok') found.damaged++
      for (const email of acknowledged) if (!there.has(email)) found.lost.add(email)
      for (const { email, in_session, in_organization } of people)
        if (!in_session || (variant === 'openfactory' && !in_organization)) found.halves.add(String(email))
    }
  }
  return { ...found, acknowledged: acknowledged.length }
}

const nothing = { lost: new Set(), damaged: 0, halves: new Set() }

describe('D02', () => {
  it.each(['openfactory', 'bedrud'])('%s loses no acknowledged sign-up with the power', async (variant) => {
    const { cuts, ...found } = await cutEverywhere(variant, 12)
    expect(cuts).toBeGreaterThan(500)
    expect(found).toEqual({ ...nothing, acknowledged: 12 })
  })

  it('sees the loss where SQLite does not wait for the disk', async () => {
    const { lost, damaged, halves } = await cutEverywhere('openfactory', 12, 'synchronous = NORMAL')
    expect(lost.size).toBeGreaterThan(0)
    expect({ damaged, halves }).toEqual({ damaged: 0, halves: new Set() })
  })
})
