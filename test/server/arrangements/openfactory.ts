import type { Arrangements } from '../cases.ts'
import { rejectingCommonPasswords } from '../ways/common.ts'

export const openfactory: Arrangements = {
  'signUp weakPassword': rejectingCommonPasswords,
  'confirmPasswordReset weakPassword': rejectingCommonPasswords,
}
