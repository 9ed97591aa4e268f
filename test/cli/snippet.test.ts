import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { run } from './run.ts'

describe('the snippet command', () => {
  it('prints the code of an operation for the local sandbox', async () => {
    const { code, stdout, stderr } = await run(['snippet', 'bedrud', 'signIn'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^const response = await fetch\(\n {2}"http:\/\/localhost:4000\/sandbox\/bedrud\/api/m,
    )
  })

  it('prints the chosen language, example and base URL', async () => {
    const options = ['--lang', 'curl', '--example', 'wrongPassword', '--url', 'https://api.example.com/']
    const { stdout } = await run(['snippet', 'bkend', 'signIn', ...options])
    expect(stdout).toContain('curl -X POST https://api.example.com/v1/auth/email/signin \\\n')
    expect(stdout).toContain('"password": "password124"')
    expect(stdout).toContain('"X-API-Key: $PUBLISHABLE_KEY"')
  })

  it('prints code that sends the chosen credential', async () => {
    const options = ['--lang', 'curl', '--credential', 'apiKey']
    const { stdout } = await run(['snippet', 'bondmcp', 'listModels', ...options])
    expect(stdout).toContain('"Authorization: Bearer $API_KEY"')
  })

  it('prints the program of a flow', async () => {
    const { stdout } = await run(['snippet', 'bondmcp', 'emailSignIn', '--lang', 'python'])
    expect(stdout).toContain('class BondmcpClient:')
  })

  it('lists the names of an API', async () => {
    const { code, stdout } = await run(['snippet', 'openfactory'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Operations:\n {2}signUp\n(?: {2}\w+\n)+\nFlows:\n {2}emailSignIn\n/)
  })

  it('prints code for the mock of a contract of the user, and lists its names', async () => {
    const options = ['--contract', 'acme-auth=test/support/acme.openapi.yaml']
    const { stdout } = await run(['snippet', 'acme-auth', 'listUsers', '--lang', 'curl', ...options])
    expect(stdout).toContain('http://localhost:4000/mock/acme-auth/auth/v1/users')
    const names = await run(['snippet', ...options])
    expect(names.stdout).toMatch(/^Operations:\n {2}Tokens_create\[0\]\n(?: {2}\w+\n)+$/)
  })

  it('shows examples in its help', async () => {
    expect((await run(['snippet', '--help'])).stdout).toMatch(/Examples:\n {2}npx /)
  })

  it.each([
    [['nope', 'signIn'], `Unknown API "nope". Available: ${variantNames.join(', ')}.`],
    [
      ['bkend', 'singIn'],
      'Unknown operation or flow of bkend "singIn". Did you mean "signIn"? Available: signIn, ',
    ],
    [
      ['bkend', 'emailsignin'],
      'Unknown operation or flow of bkend "emailsignin". Did you mean "emailSignIn"? Available: emailSignIn, ',
    ],
    [
      ['bkend', 'signIn', '--example', 'wrongPasword'],
      'Unknown example of signIn "wrongPasword". Did you mean "wrongPassword"? Available: wrongPassword, ',
    ],
    [['bkend', 'emailSignIn', '--example', 'ok'], 'emailSignIn is a flow, which has no examples.'],
    [
      ['bkend', 'emailSignIn', '--credential', 'bearer'],
      'emailSignIn is a flow, which has its own credentials.',
    ],
    [
      ['bkend', 'getUser', '--credential', 'key'],
      'getUser does not accept the credential "key". Accepted: bearer, secretKey.',
    ],
    [['bkend', 'signOut', '--example', 'other'], 'The operation signOut has no named examples.'],
    [
      ['bkend', 'signIn', '--url', 'https://api.example.com/?key=1'],
      'The base URL contains a query, a fragment or user info. Pass a URL such as https://api.example.com.',
    ],
    [
      ['bkend', 'emailSignIn', '--url', 'https://ada:secret@api.example.com'],
      'The base URL contains a query,',
    ],
    [['bkend', 'signIn', '--lang', 'ruby'], "option '-l, --lang <id>' argument 'ruby' is invalid."],
    [['bkend', 'signIn', '--url', 'localhost'], "option '--url <base>' argument 'localhost' is invalid."],
  ])('rejects %j with a message that helps', async (args, message) => {
    const { code, stdout, stderr } = await run(['snippet', ...args])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.startsWith(`error: ${message}`)).toBe(true)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
