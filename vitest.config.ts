import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const files = globSync('test/**/*.test.ts', { cwd: import.meta.dirname })
const isSlow = (file: string) => file.endsWith('.slow.test.ts')
/** Has more rounds in slow mode. */
const hasRounds = (file: string) => /\bisSlow\b/.test(readFileSync(join(import.meta.dirname, file), 'utf8'))
/** These compare response times, or have to keep up with a load, which other tests would distort. */
const measured = [
  'security/enumeration.slow',
  'security/keys.slow',
  'security/overload',
  'security/shutdown',
  'variants/bedrud/passkeys.options.slow',
].map((name) => `test/${name}.test.ts`)
const isMeasured = (file: string) => measured.includes(file.replaceAll('\\', '/'))

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: ['test/support/folder.setup.ts', 'test/support/postgres.setup.ts'],
    setupFiles: ['test/support/environment.setup.ts'],
    // Tests often wait: for processes, databases, browsers and timers.
    maxWorkers: availableParallelism() + 1,
    // Modules are loaded once in each worker. Mocks are restored after each test.
    isolate: false,
    restoreMocks: true,
    unstubGlobals: true,
    // Timeouts only end tests that hang: on a busy machine with two cores, a test takes ten times as long.
    testTimeout: mode === 'slow' ? 900_000 : 300_000,
    hookTimeout: mode === 'slow' ? 900_000 : 300_000,
    expect: { poll: { timeout: 60_000 } },
    ...(mode === 'slow' ? slowRounds() : { include: files.filter((file) => !isSlow(file)) }),
  },
}))

/** Runs the slow tests with all their rounds. Those that measure times run first, one at a time. */
function slowRounds() {
  const slow = files.filter((file) => isSlow(file) || hasRounds(file))
  const project = (name: string, groupOrder: number, include: string[], own = {}) => ({
    extends: true as const,
    test: { name, include, sequence: { groupOrder }, ...own },
  })
  return {
    projects: [
      project('alone', 0, slow.filter(isMeasured), { maxWorkers: 1 }),
      project(
        'together',
        1,
        slow.filter((file) => !isMeasured(file)),
      ),
    ],
  }
}
