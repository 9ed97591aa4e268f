import type { Development } from '../variant.ts'

export const development: Development = {
  origins: [],
  accounts: [],
  codes: {},
}
