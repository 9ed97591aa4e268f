import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../cli/child.ts'
import { createCrashableFile, recordFileOperations } from '../support/power-loss.ts'

const child = join(import.meta.dirname, 'power-loss.child.ts')

/** Opens a database file and its WAL, and returns its integrity and users. */
async function inspect(folder: string, images: Record<string, Buffer>) {
  for (const [name, image] of Object.entries(images)) await writeFile(join(folder, name), image)
  const database = new DatabaseSync(join(folder, 'auth.db'))
  try {
    const [{ integrity_check: integrity } = {}] = database.prepare('PRAGMA integrity_check').all()
    const users = database
      .prepare(`SELECT email,
          EXISTS (SELECT 1 FROM sessions WHERE user_id = users.id) AS in_session,
          EXISTS (SELECT 1 FROM memberships WHERE user_id = users.id) AS in_organization
        FROM users WHERE email LIKE 'p%@example.net'`)
      .all()
    return { integrity, users }
  } finally {
    database.close()
  }
}

/** Creates a seeded random generator (mulberry32), so that failures are reproducible. */
const createRandom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

/** Simulates a power loss after every step of a recorded run, each with several degrees of loss. */
async function cutPowerAfterEachStep(variant: string, users: number, ...pragmas: string[]) {
  const folder = await temporaryFolder()
  const disk = join(folder, 'disk')
  await mkdir(disk)
  const steps = await recordFileOperations(
    [child, variant, join(folder, 'auth.db'), String(users), ...pragmas],
    folder,
  )

  const files = { 'auth.db': createCrashableFile(), 'auth.db-wal': createCrashableFile() }
  const acknowledged: string[] = []
  const result = {
    cuts: 0,
    acknowledged: 0,
    lost: new Set<string>(),
    damaged: 0,
    incomplete: new Set<string>(),
  }
  const random = createRandom(42)
  const torn = () => Math.min(1, Math.max(0, random() * 2 - 0.5))
  for (const step of steps) {
    if (step.kind === 'acknowledge') acknowledged.push(step.what)
    else {
      const file = files[basename(step.path) as keyof typeof files]
      if (!file) continue
      if (step.kind === 'sync') file.sync()
      else file.change(step)
    }
    // Before the first sign-up, the database is still being created.
    if (acknowledged.length === 0) continue
    for (const keeps of [() => 0, torn, () => 1]) {
      const images = Object.entries(files).map(([name, file]) => [name, file.afterLoss(keeps)])
      const { integrity, users } = await inspect(disk, Object.fromEntries(images))
      const there = new Set(users.map(({ email }) => String(email)))
      result.cuts++
      if (integrity !== 'ok') result.damaged++
      for (const email of acknowledged) if (!there.has(email)) result.lost.add(email)
      for (const { email, in_session, in_organization } of users)
        if (!in_session || (variant === 'openfactory' && !in_organization))
          result.incomplete.add(String(email))
    }
  }
  return { ...result, acknowledged: acknowledged.length }
}

const noLoss = { lost: new Set(), damaged: 0, incomplete: new Set() }

describe('power loss', () => {
  it.each(['openfactory', 'bedrud'])(
    'D02 keeps all acknowledged sign-ups of %s after a power loss',
    async (variant) => {
      const { cuts, ...result } = await cutPowerAfterEachStep(variant, 12)
      expect(cuts).toBeGreaterThan(500)
      expect(result).toEqual({ ...noLoss, acknowledged: 12 })
    },
  )

  it('D02 detects lost sign-ups if SQLite does not sync each commit', async () => {
    const { lost, damaged, incomplete } = await cutPowerAfterEachStep(
      'openfactory',
      12,
      'synchronous = NORMAL',
    )
    expect(lost.size).toBeGreaterThan(0)
    expect({ damaged, incomplete }).toEqual({ damaged: 0, incomplete: new Set() })
  })
})
