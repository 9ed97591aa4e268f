import { describe, expect, it } from 'vitest'
import { readContractOptions } from '../../src/cli/contracts.ts'

describe('readContractOptions', () => {
  it.each([
    ['acme=./openapi.yaml', 'acme', './openapi.yaml'],
    ['acme-auth2=https://example.com/openapi.json?a=b', 'acme-auth2', 'https://example.com/openapi.json?a=b'],
    ['contracts/acme.yaml', 'acme', 'contracts/acme.yaml'],
    ['contracts/Acme Auth_v2.JSON', 'acme-auth-v2', 'contracts/Acme Auth_v2.JSON'],
    ['acme/openapi.yaml', 'acme', 'acme/openapi.yaml'],
    ['acme/openapi.3.0.json', 'acme', 'acme/openapi.3.0.json'],
    ['./a=b.yaml', 'a-b', './a=b.yaml'],
    ['https://example.com/specs/acme.json', 'acme', 'https://example.com/specs/acme.json'],
    [
      'https://api.example.com/openapi.json?v=1',
      'api-example-com',
      'https://api.example.com/openapi.json?v=1',
    ],
  ])('reads the name and the source of %s', (text, name, source) => {
    expect(readContractOptions([text])).toEqual([{ name, source }])
  })

  it.each([
    ['Acme=./openapi.yaml', 'The contract name "Acme" is not usable. Use lower-case letters'],
    ['=./openapi.yaml', 'The contract name "" is not usable.'],
    ['a--b=./openapi.yaml', 'The contract name "a--b" is not usable.'],
    ['con=./openapi.yaml', 'The contract name "con" is not usable.'],
    ['./3.yaml', './3.yaml gives the contract no usable name. Name it with --contract <name>=./3.yaml.'],
    ['acme=', '--contract acme= has no file.'],
    ['', 'has no file.'],
  ])('rejects %j and says what to pass', (text, message) => {
    expect(() => readContractOptions([text])).toThrow(message)
  })

  it('rejects two contracts with the same name', () => {
    expect(() => readContractOptions(['a/acme.yaml', 'acme=b.yaml'])).toThrow(
      'The contracts a/acme.yaml and b.yaml are both called acme.',
    )
  })
})
