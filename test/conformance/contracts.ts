import { readFileSync } from 'node:fs'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { type Contract, createContract } from '../../src/conformance/contract/contract.ts'

const contracts = new Map<VariantName, Contract>()

/** Reads the contract of an API for the conformance kit, once. */
export function contractOf(name: VariantName): Contract {
  const text = () => readFileSync(contractUrl(name), 'utf8')
  const contract = contracts.get(name) ?? createContract(name, JSON.parse(text()), text())
  contracts.set(name, contract)
  return contract
}
