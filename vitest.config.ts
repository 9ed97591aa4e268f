import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const files = globSync('test/**/*.test.ts', { cwd: import.meta.dirname })
const isSlow = (file: string) => file.endsWith('.slow.test.ts')
/** Has more rounds in slow mode. */
const hasRounds = (file: string) => /\bisSlow\b/.test(readFileSync(join(import.meta.dirname, file), 'utf8'))

export default defineConfig(({ mode }) => ({
  test: {
    // `npm run test:slow` has as many rounds as the requirements ask for, and takes what only makes sense with so many.
    include: files.filter((file) => (mode === 'slow' ? isSlow(file) || hasRounds(file) : !isSlow(file))),
    globalSetup: ['test/support/folder.setup.ts', 'test/support/postgres.setup.ts'],
    setupFiles: ['test/support/environment.setup.ts'],
    // By default, Vitest leaves a core to itself.
    maxWorkers: availableParallelism(),
    // Modules are loaded once in each worker; what a test replaces is put back after it.
    isolate: false,
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: mode === 'slow' ? 300_000 : 30_000,
    hookTimeout: 60_000,
  },
}))
