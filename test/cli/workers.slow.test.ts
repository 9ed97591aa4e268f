import { expect, it } from 'vitest'
import { start, temporaryFolder } from './child.ts'
import { production } from './production.ts'

it('kills a worker that hangs during shutdown, and exits with 1', async () => {
  const args = ['serve', 'openfactory', '--production', '--port', '0', '--workers', '2']
  const server = start(
    [...args, '--data', await temporaryFolder()],
    { ...production, DRAIN_SECONDS: '0' },
    'src/cli/auth-contracts.js',
  )
  const [, pid] = await server.prints(/"pid":(\d+)[^\n]*"msg":"ready"/)
  await server.prints(/all workers ready/)
  process.kill(Number(pid), 'SIGSTOP')
  server.kill('SIGTERM')
  expect(await server.ended).toBe(1)
})
