import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    // `npm run test:slow` has as many rounds as the requirements ask for, and takes what only makes sense with so many.
    exclude: mode === 'slow' ? [] : ['test/**/*.slow.test.ts'],
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
