import { describe, it } from 'vitest'
import { takeJourney, travelled } from './journeys.ts'

describe('the handlers in Node', () => {
  it.each(travelled)('lets the client of %s sign up, read mails, sign in and expire', (name) =>
    takeJourney(name, 'https://api.example.com'),
  )

  it.each(travelled)('serves %s below a path', (name) => takeJourney(name, 'http://localhost:4000/a/b'))
})
