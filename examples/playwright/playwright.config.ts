import { defineConfig } from '@playwright/test'
import { webUrl } from './web-url.ts'

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './sandbox.setup.ts',
  fullyParallel: true,
  workers: 4,
  use: {
    baseURL: webUrl,
    // A browser that Playwright did not install.
    launchOptions: process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {},
  },
  webServer: {
    command: `vite --strictPort --port ${new URL(webUrl).port}`,
    url: webUrl,
    reuseExistingServer: !process.env.CI,
  },
})
