import { Command } from 'commander'
import type { ListenOptions } from '../server/listen.ts'
import { withAddress, withData } from './address.ts'
import { loadCatalog } from './generated.ts'

/** `auth-contracts start`: everything behind one address. */
export function startCommand(): Command {
  return withData(withAddress(new Command('start'), 4000))
    .description('serve the home page, all mocks, all sandboxes, the docs and the contracts')
    .addHelpText(
      'after',
      `
Examples:
  npm start
  npm start -- --port 0
  npx auth-contracts start --port 8080
  npx auth-contracts start --memory
  npx auth-contracts start --host 0.0.0.0`,
    )
    .action(start)
}

async function start({
  data,
  memory,
  ...address
}: ListenOptions & { data: string; memory: boolean }): Promise<void> {
  const { variantNames } = await loadCatalog()
  const { createHub } = await import('../hub/app.ts')
  const { run } = await import('./run.ts')
  let url = ''
  const sandboxes = { data: memory ? null : data, origin: () => url }
  const hub = createHub({ host: address.host, sandboxes })
  url = await run(hub.fetch, address, hub.close)
  const width = Math.max(...variantNames.map((name) => name.length))
  const lines = variantNames.flatMap((name) => [
    `  ${name.padEnd(width)}  mock     ${url}/mock/${name}`,
    `  ${' '.repeat(width)}  sandbox  ${url}/sandbox/${name}`,
    `  ${' '.repeat(width)}  docs     ${url}/docs/${name}/`,
  ])
  console.log(`
  auth-contracts is ready: ${url}

${lines.join('\n')}

  Contracts to download: ${url}/contracts/<name>/openapi.yaml
  Ctrl+C stops it.
`)
  // The mocks take longer to load than the server to start, and the first reader is on the home page.
  await hub.warmUp().catch((error) => {
    console.error(`A mock cannot be loaded: ${error.message}. Make the contracts anew with: npm run generate`)
  })
}
