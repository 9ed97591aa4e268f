import { rm } from 'node:fs/promises'
import { newFolder, type Served, serve, serveBetterAuth } from './served.ts'
import { type Figure, median, milliseconds, times } from './table.ts'

/** From the start of the process to its first answer that it is ready, with a database that exists. */
export async function measureReady(): Promise<Figure[]> {
  const folders = [await newFolder(), await newFolder()] as const
  const startOurs = () => serve('openfactory', { folder: folders[0] })
  const startPeer = () => serveBetterAuth({ folder: folders[1] })
  const [ours, peer]: [number[], number[]] = [[], []]
  try {
    // The first start makes the database.
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

async function readyMs(start: () => Promise<Served>): Promise<number> {
  const served = await start()
  await served.stop()
  return served.readyMs
}
