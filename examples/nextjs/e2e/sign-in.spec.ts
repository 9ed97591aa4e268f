import { test as base, expect } from '@playwright/test'
import { connectSandbox, type TestSandbox } from 'auth-contracts/testing'

const test = base.extend<{ sandbox: TestSandbox<'openfactory'> }>({
  sandbox: async ({ baseURL }, use) => {
    const options = { webUrl: baseURL ?? '' }
    const sandbox = await connectSandbox<'openfactory'>(
      process.env.API_URL ?? 'http://localhost:4020',
      options,
    )
    await sandbox.reset()
    await use(sandbox)
  },
  page: async ({ page, sandbox: _ }, use) => {
    await page.goto('/')
    await page.getByLabel('Email').fill('ada@example.org')
    await page.getByLabel('Password').fill('correct-horse-9')
    await use(page)
  },
})

test('keeps the token where scripts of the page cannot read it', async ({ page, context }) => {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Hello Ada Lovelace' })).toBeVisible()
  await expect(page.getByRole('listitem').first()).toHaveText('Delivery pipeline')
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(await context.cookies()).toEqual([expect.objectContaining({ name: 'session', httpOnly: true })])
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(await context.cookies()).toEqual([])
})

test('says what is wrong', async ({ page, sandbox }) => {
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').first()).toHaveText('Wrong email or password.')
  await sandbox.fail('signIn', 503)
  await page.getByLabel('Email').fill('ada@example.org')
  await page.getByLabel('Password').fill('correct-horse-9')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').first()).toHaveText('The server has a problem. Try again later.')
})

test('asks for the password after 30 days', async ({ page, sandbox }) => {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Hello Ada Lovelace' })).toBeVisible()
  await sandbox.clock.advance('30d')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})
