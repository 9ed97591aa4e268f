import { defineConfig } from '@playwright/test'

const appUrl = `http://localhost:${process.env.PORT ?? 3000}`
const apiUrl = process.env.API_URL ?? 'http://localhost:4020'

export default defineConfig({
  testDir: 'e2e',
  // The server of the app calls one sandbox.
  workers: 1,
  use: {
    baseURL: appUrl,
    // A browser that Playwright did not install.
    launchOptions: process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {},
  },
  webServer: [
    {
      command: `auth-contracts serve openfactory --memory --port ${new URL(apiUrl).port}`,
      url: `${apiUrl}/__dev/seed`,
    },
    {
      command: `next start --port ${new URL(appUrl).port}`,
      url: `${appUrl}/sign-in`,
      env: { API_URL: apiUrl },
    },
  ],
})
