import { expect, test } from './sandbox.ts'

test.use({ storageState: async ({ sandbox }, use) => use((await sandbox.signIn('Ada')).storageState) })

test('is signed in without a form', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Hello Ada Lovelace' })).toBeVisible()
})

test('signs out', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByLabel('Email')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Email')).toBeVisible()
})

test('says that the server has a problem', async ({ page, sandbox }) => {
  await sandbox.fail('getSession', 503)
  await page.goto('/')
  await expect(page.getByRole('alert')).toHaveText('The server has a problem. Try again later.')
})
