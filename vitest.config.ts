import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The compiler checks the sources in a step of its own, `npm run typecheck`.
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], ignoreSourceErrors: true },
    globalSetup: 'test/support/postgres.setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
