import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { servedNames } from '../test/support/served.ts'
import { prism, timeToResponse } from './mock.ts'
import { freePort, startNode, stop, waitForOk } from './process.ts'
import { type Figure, median, milliseconds, times } from './table.ts'

const rounds = 5
const startGoalMs = 3000
const mailGoalMs = 300
const homeGoalBytes = 100_000

const hub = (port: number) => ['src/cli/auth-contracts.js', 'start', '--memory', '--port', String(port)]

/** Measures the start of the hub, the size of its home page, and how soon a mail is on the screen. */
export async function measureHub(): Promise<Figure[]> {
  const start = await measureStart()
  const port = await freePort()
  const server = startNode(hub(port))
  const url = `http://localhost:${port}`
  try {
    await waitForOk(() => fetch(`${url}/healthz`))
    return [start, await measureHome(url), await measureMail(url)]
  } finally {
    await stop(server)
  }
}

async function measureStart(): Promise<Figure> {
  const [first] = servedNames
  const all = servedNames.flatMap((variant) =>
    ['mock', 'sandbox'].map((kind) => ({ variant, base: `/${kind}/${variant}` })),
  )
  const [ours, peer]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    peer.push(await timeToResponse((port) => prism(first, port), [{ variant: first, base: '' }]))
    ours.push(await timeToResponse(hub, all))
  }
  return {
    what: `first sign-in of ${servedNames.length} mocks and ${servedNames.length} sandboxes after the start`,
    ours: milliseconds(median(ours)),
    peer: `${milliseconds(median(peer))} (Prism CLI, one contract)`,
    ratio: times(median(ours) / median(peer)),
    goal: `under ${milliseconds(startGoalMs)}`,
    met: median(ours) < startGoalMs,
  }
}

async function measureHome(url: string): Promise<Figure> {
  const { byteLength } = await (await fetch(url)).arrayBuffer()
  return {
    what: 'home page, which loads nothing else but its state',
    ours: `${Math.round(byteLength / 1000)} kB`,
    peer: 'none',
    ratio: '',
    goal: `under ${homeGoalBytes / 1000} kB`,
    met: byteLength < homeGoalBytes,
  }
}

async function measureMail(url: string): Promise<Figure> {
  const { page, close } = await openBrowser()
  const samples: number[] = []
  try {
    await page.goto(`${url}/inbox`)
    await page.getByText('Live', { exact: true }).waitFor()
    for (let round = 0; round < 3 * rounds; round++) {
      const email = `reader${round}@example.org`
      const shown = page.getByText(`To ${email}`).waitFor()
      const start = performance.now()
      await fetch(`${url}/sandbox/bondmcp/mcp/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: 'a-fine-passphrase' }),
      })
      await shown
      samples.push(performance.now() - start)
    }
  } finally {
    await close()
  }
  return {
    what: 'from the request to sign up until its mail is on the screen, with hashing the password, median',
    ours: milliseconds(median(samples)),
    peer: 'none',
    ratio: '',
    goal: `under ${milliseconds(mailGoalMs)}`,
    met: median(samples) < mailGoalMs,
  }
}

/** Opens a page in the Chromium of an npm package, which unpacks itself into the temporary folder. */
async function openBrowser() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-browser-'))
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x'
  const { default: packed } = await import('@sparticuz/chromium')
  const executablePath = await packed.executablePath()
  const fonts = join(folder, 'fonts.conf')
  await writeFile(
    fonts,
    `<?xml version="1.0"?><fontconfig><dir>${join(tmpdir(), 'fonts')}</dir><cachedir>${folder}</cachedir></fontconfig>`,
  )
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-zygote'],
    env: { ...process.env, FONTCONFIG_FILE: fonts, LD_LIBRARY_PATH: join(tmpdir(), 'al2023/lib') },
  })
  return {
    page: await browser.newPage(),
    close: async () => {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
