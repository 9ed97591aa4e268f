import { defineConfig } from 'auth-contracts/config'

export default defineConfig({ contracts: { acme: './openapi.yaml' } })
