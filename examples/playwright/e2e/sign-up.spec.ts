import { expect, test } from './sandbox.ts'

// The same email in four workers: each has its own users.
for (const [index, name] of ['Kim', 'Lee', 'Ana', 'Eva'].entries())
  test(`signs up ${name}, and only once (${index + 1})`, async ({ page }) => {
    await page.goto('/sign-up')
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Email').fill('new@example.org')
    await page.getByLabel('Password').fill('lantern-over-4-hills')
    await page.getByRole('button', { name: 'Sign up' }).click()
    await expect(page.getByRole('heading', { name: `Hello ${name}` })).toBeVisible()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.goto('/sign-up')
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Email').fill('new@example.org')
    await page.getByLabel('Password').fill('lantern-over-4-hills')
    await page.getByRole('button', { name: 'Sign up' }).click()
    await expect(page.getByRole('alert')).toContainText('already')
  })
