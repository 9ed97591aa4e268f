import type { Setups } from '../cases.ts'
import { withoutCommonPasswords } from '../response-setups/common.ts'

export const openfactory: Setups = {
  'signUp weakPassword': withoutCommonPasswords,
  'confirmPasswordReset weakPassword': withoutCommonPasswords,
}
