import { rm } from 'node:fs/promises'
import { createFolder, type RunningServer, serve, serveBetterAuth } from './servers.ts'
import { type Figure, median, milliseconds, times } from './table.ts'

/**
 * Measures the time from process start to the first 200 of the readiness probe, with an existing database.
 */
export async function measureReady(): Promise<Figure[]> {
  const folders = [await createFolder(), await createFolder()] as const
  const startOurs = () => serve('openfactory', { folder: folders[0] })
  const startPeer = () => serveBetterAuth({ folder: folders[1] })
  const [ours, peer]: [number[], number[]] = [[], []]
  try {
    // The first start creates the database.
    await readyMs(startOurs)
    await readyMs(startPeer)
    for (let round = 0; round < 5; round++) {
      ours.push(await readyMs(startOurs))
      peer.push(await readyMs(startPeer))
    }
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
  return [
    {
      what: 'from start to ready, openfactory',
      ours: milliseconds(median(ours)),
      peer: `${milliseconds(median(peer))} (better-auth)`,
      ratio: times(median(ours) / median(peer)),
      goal: 'under 1000 ms',
      met: median(ours) < 1000,
    },
  ]
}

async function readyMs(start: () => Promise<RunningServer>): Promise<number> {
  const served = await start()
  await served.stop()
  return served.readyMs
}
