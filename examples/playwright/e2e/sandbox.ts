import { test as base } from '@playwright/test'
import { connectSandbox, type TestSandbox } from 'auth-contracts/testing'

export { expect } from '@playwright/test'

/** Gives each worker a sandbox with its own users, mails and clock. It is new for each test. */
export const test = base.extend<{ sandbox: TestSandbox<'openfactory'> }>({
  sandbox: async ({ baseURL }, use, { parallelIndex }) => {
    const url = `${process.env.SANDBOX_URL}/~worker-${parallelIndex}`
    const sandbox = await connectSandbox<'openfactory'>(url, { webUrl: baseURL ?? '' })
    await sandbox.reset()
    await use(sandbox)
  },
  page: async ({ page, sandbox }, use) => {
    await page.addInitScript((apiUrl) => Object.assign(globalThis, { apiUrl }), sandbox.url)
    await use(page)
  },
})
