import { describe, expect, it } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { demoNames } from '../support/served.ts'
import { callsOf, useDemos } from './demo-page.ts'

const { server, openPage, openDemo, readMail } = useDemos()

describe('the sample app of Bedrud', () => {
  it('signs up, adds a passkey, signs in with it, and refreshes an expired token', async () => {
    const { page, press, arrive, says, weight, finish } = await openDemo('bedrud')
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
        ...{ isUserVerified: true, automaticPresenceSimulation: true },
      },
    })
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await weight()).toBeLessThan(150_000)

    await press('Create an account')
    await press('Create the account')
    await arrive('Hello, Robin Reed')
    await press('Add a passkey')
    await says('The passkey has been added.')
    await page.getByText('This account has a new passkey.').waitFor()
    const data = page.getByRole('link', { name: 'data of the sandbox' })
    expect(await data.getAttribute('href')).toBe('/sandbox/bedrud/__dev/data')
    await press('Sign out')
    await arrive('Sign in')
    await press('Sign in with a passkey')
    await arrive('Hello, Robin Reed')

    await press('Expire the access token')
    await says('The access token has expired.')
    await press('Load the user again')
    await page.getByText('The client repeats the call').waitFor()
    await says('The user is up to date.')
    expect((await callsOf(page)).slice(-4)).toEqual([
      'You moved the clock of the sandbox by 1 hour',
      '401 GET /api/auth/me',
      '200 POST /api/auth/refresh The client renews the session',
      '200 GET /api/auth/me The client repeats the call',
    ])

    await page.reload()
    await page.getByRole('heading', { name: 'Hello, Robin Reed' }).waitFor()
    await press('Sign out')
    const log = page.getByRole('main').getByRole('link', { name: 'Requests' })
    expect(await log.getAttribute('href')).toBe('/requests?api=bedrud')
    await finish([401])
  })

  it('shows the errors of the API, and the fault of the next sign-in', async () => {
    const { page, press, arrive, says, signInAs, finish } = await openDemo('bedrud')
    await page.getByLabel('Email').fill('nobody@example.org')
    await page.getByLabel('Password').fill('wrong')
    await press('Sign in')
    await page.getByText('invalid credentials (401)').waitFor()
    await press('Expire the access token')
    await says('There is no access token to expire. Sign in first.')
    await press('Make the next sign-in fail')
    await says('The next sign-in gets a 503. Sign in to see it.')
    await signInAs('Mary')
    await page.getByText('Service unavailable, please try again later (503)').waitFor()
    expect(await page.locator('#result').textContent()).toBe('')
    await press('Sign in')
    await arrive('Hello, Mary Major')
    await press('Sign out')
    await press('Continue as a guest')
    await arrive('Hello, Sam')
    await press('Add a passkey')
    await page.getByText('Not available for guest accounts (403)').waitFor()
    await finish([401, 403, 503])
  })

  it('signs in at a provider in a new window, and stops waiting when it is closed or 5 minutes are over', async () => {
    const { page, press, arrive, finish } = await openDemo('bedrud')
    const decide = async (decision: 'Allow' | 'Deny') => {
      const opened = page.waitForEvent('popup')
      await press('Continue with Google')
      const popup = await opened
      await popup.getByRole('button', { name: decision }).click()
      return popup
    }
    await page.clock.install()
    const popup = await decide('Deny')
    await popup.getByText('Failed to complete authentication').waitFor()
    await popup.close()
    await page.getByText('The sign-in was denied, failed, took over 5 minutes, or its window').waitFor()
    const forgotten = await decide('Deny')
    await forgotten.getByText('Failed to complete authentication').waitFor()
    const closed = forgotten.waitForEvent('close')
    await page.clock.fastForward('05:01')
    await closed
    await page.getByText('The sign-in was denied').waitFor()
    await decide('Allow')
    await arrive('Hello, Lin Chen')
    await page.getByText('google', { exact: true }).waitFor()
    await finish([400, 401])
  })
})

describe('the sample app of bkend', () => {
  it('signs up, verifies the email with the mailed code, and refreshes an expired token', async () => {
    const { page, press, arrive, says, finish } = await openDemo('bkend')
    await press('Create an account')
    const email = await page.getByLabel('Email').inputValue()
    await press('Create the account')
    await arrive('Hello, Ada Park')
    await press('Mail the code')
    await arrive('Check your mail')
    expect(await page.getByRole('link', { name: 'Open the inbox' }).getAttribute('href')).toBe(
      '/inbox?api=bkend',
    )
    await page.getByRole('textbox', { name: 'Code' }).fill((await readMail('bkend', email)).token)
    await press('Verify the email')
    await arrive('Hello, Ada Park')
    await says('Your email is verified.')
    expect(await page.getByText('not yet').count()).toBe(0)

    await press('Expire the access token')
    await press('Load the user again')
    await page.getByText('The client repeats the call').waitFor()
    await finish([401])
  })

  it('asks for the code of two-factor authentication', async () => {
    const { press, arrive, signInAs, finish } = await openDemo('bkend')
    await signInAs('Tomas')
    await arrive('Two-factor authentication')
    await press('Show the code of Tomas’s app')
    await press('Sign in')
    await arrive('Hello, Tomas Novak')
    await finish([403])
  })

  it('signs in at a provider, which returns to the page, and shows the error of a denied sign-in', async () => {
    const { page, press, finish } = await openDemo('bkend')
    await press('Continue with Google')
    await press('Deny')
    await page.getByRole('alert').filter({ visible: true }).waitFor()
    await press('Continue with Google')
    await press('Allow')
    await page.getByRole('heading', { name: /^Hello, / }).waitFor()
    expect(page.url()).toBe(`${server.url}/demo/bkend`)
    await finish([])
  })
})

describe('the sample app of BondMCP', () => {
  it('signs in after the mailed link, and generates, tries and revokes an API key', async () => {
    const { page, press, arrive, says, finish } = await openDemo('bondmcp')
    await press('Create an account')
    const email = await page.getByLabel('Email').inputValue()
    const password = await page.getByLabel('Password').inputValue()
    await press('Create the account')
    await arrive('Check your mail')
    await press('I have followed the link')
    await page.getByLabel('Password').fill(password)
    await press('Sign in')
    await page.getByText('(403)').waitFor()
    await fetch((await readMail('bondmcp', email)).link)
    await press('Sign in')
    await arrive('You are signed in')

    await press('Generate a key')
    await page.getByText(/^bcp_\w{48}$/).waitFor()
    await press('List the models with the key')
    await says('The key works')
    await press('Revoke Nightly export')
    await says('The key Nightly export has been revoked.')
    await press('List the models with the key')
    await page.getByText('(401)').waitFor()
    await finish([401, 403])
  })

  it('asks to sign in again when the session has expired, and repeats the call', async () => {
    const { page, press, arrive, signInAs, says, finish } = await openDemo('bondmcp')
    await page.clock.install()
    await signInAs('Mary')
    await arrive('You are signed in')
    const dialog = page.getByRole('dialog', { name: 'Your session has expired' })
    const expire = async () => {
      await press('Expire the access token')
      await press('List the models again')
      await dialog.waitFor()
    }
    const repeated = page.getByText('The client repeats the call')
    const signInAgain = async () => {
      await dialog.getByRole('button', { name: 'Use Mary’s account' }).click()
      await dialog.getByRole('button', { name: 'Sign in again' }).click()
      await repeated.last().waitFor()
    }
    await expire()
    await signInAgain()
    await expire()
    // The client waits for 10 seconds. The app then repeats the call.
    await page.clock.fastForward(11_000)
    await signInAgain()
    await expect.poll(() => repeated.count()).toBe(2)

    await expire()
    await dialog.getByRole('button', { name: 'Sign out' }).click()
    await arrive('Sign in')
    await signInAs('Mary')
    await press('Sign out')
    await says('Signed out.')
    await finish([401])
  })
})

describe('the sample app of OpenFactory', () => {
  it('signs up with an organization, generates a key, and invites a member, who accepts', async () => {
    const { page, press, arrive, says, finish } = await openDemo('openfactory')
    await press('Create an account')
    const email = await page.getByLabel('Email').inputValue()
    await press('Create the account')
    await arrive('Hello, Grace Hopper')
    await press('Expire the session')
    await says('The session has expired. Press “Load the user again”')
    await page.getByRole('button', { name: 'Load the user again' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your session has expired' })
    await dialog.getByLabel('Email').fill(email)
    await dialog.getByLabel('Password').fill('violet kettle on nine')
    await dialog.getByRole('button', { name: 'Sign in again' }).click()
    await says('The user is up to date.')
    await press('Generate a key')
    await page.getByText(/^of-key-\w{48}$/).waitFor()
    await press('Revoke Nightly export')
    await says('The key Nightly export has been revoked.')
    const invited = await page.getByLabel('Email').inputValue()
    await press('Invite a member')
    await says('is in the inbox')
    await press('Sign out')
    await press('Create an account')
    await page.getByLabel('Email').fill(invited)
    await press('Create the account')
    await arrive('Hello, Grace Hopper')
    await page.getByLabel('Link').fill((await readMail('openfactory', invited)).link)
    await press('Accept the invitation')
    await says('You are now a member of Compiler Works.')
    await finish([401])
  })

  it('resets a password with the mailed link, and signs in at a provider', async () => {
    const { page, press, arrive, finish } = await openDemo('openfactory')
    await press('I forgot my password')
    await page.getByLabel('Email').fill('charles@example.org')
    await press('Mail a link')
    await arrive('Check your mail')
    await page.getByLabel('Link').fill((await readMail('openfactory', 'charles@example.org')).link)
    await page.getByLabel('New password').fill('analytical-card-deck')
    await press('Set the password')
    await arrive('Sign in')
    await page.getByLabel('Email').fill('charles@example.org')
    await page.getByLabel('Password').fill('analytical-card-deck')
    await press('Sign in')
    await arrive('Hello, Charles Babbage')
    await press('Sign out')
    await press('Continue with GitHub')
    await press('Deny')
    await page.getByRole('alert').getByText('access_denied').waitFor()
    await press('Continue with GitHub')
    await press('Allow')
    await page.getByRole('heading', { name: /^Hello, / }).waitFor()
    expect(page.url()).toBe(`${server.url}/demo/openfactory`)
    await finish([])
  })
})

it.each([
  ['light', 1440],
  ['dark', 360],
] as const)('is accessible in %s mode in a window of %d pixels', async (colorScheme, width) => {
  // The policy of the page forbids the script of axe.
  const options = { colorScheme, bypassCSP: true, viewport: { width, height: 900 } }
  for (const variant of demoNames) {
    const page = await openPage(`${server.url}/demo/${variant}`, options)
    const check = async () => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      expect(await accessibilityFaults(page), variant).toEqual([])
    }
    await page
      .getByRole('button', { name: /^Use .*’s account/ })
      .first()
      .click()
    await check()
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    for (const summary of await page.locator('summary').all()) await summary.click()
    await check()
  }
})
