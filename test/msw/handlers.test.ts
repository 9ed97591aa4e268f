import { describe, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { takeJourney } from './journeys.ts'

describe('the handlers in Node', () => {
  it.each(variantNames)('lets the client of %s sign up, read mails, sign in and expire', (name) =>
    takeJourney(name, 'https://api.example.com'),
  )

  it.each(variantNames)('serves %s below a path', (name) => takeJourney(name, 'http://localhost:4000/a/b'))
})
