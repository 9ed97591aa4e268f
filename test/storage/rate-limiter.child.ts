import { openSqliteRateLimiter } from '../../src/storage/sqlite/rate-limiter.ts'

/**
 * A process that calls a limited operation and prints how many calls were allowed:
 * `node rate-limiter.child.ts <path> <number of calls> <max>`.
 */
const [path = '', calls = '', max = ''] = process.argv.slice(2)
const { limiter, close } = openSqliteRateLimiter(path)
const { consume } = limiter({ now: Date.now, elapsed: () => performance.now() })
let allowed = 0
for (let call = 0; call < Number(calls); call++) {
  const allowance = await consume('a', 'k', { max: Number(max), windowSeconds: 3600 })
  if (allowance.allowed) allowed++
}
close()
process.stdout.write(String(allowed))
