import { expect, it } from 'vitest'
import { start, temporaryFolder } from './child.ts'
import { production } from './production.ts'

it('workers end also when one of them hangs, and say so in the status', async () => {
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
