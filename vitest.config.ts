import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    // `npm run test:slow` has as many rounds as the requirements ask for, and takes what only makes sense with so many.
    exclude: mode === 'slow' ? [] : ['test/**/*.slow.test.ts'],
    // The compiler checks the sources in a step of its own, `npm run typecheck`.
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], ignoreSourceErrors: true },
    globalSetup: 'test/support/postgres.setup.ts',
    testTimeout: mode === 'slow' ? 300_000 : 30_000,
    hookTimeout: 60_000,
  },
}))
