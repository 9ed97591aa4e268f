import type { Arrangements } from '../cases.ts'
import { rejectingCommonPasswords } from '../ways/common.ts'

export const bkend: Arrangements = {
  'signUp weakPassword': rejectingCommonPasswords,
  'confirmPasswordReset weakPassword': rejectingCommonPasswords,
  'changePassword weakPassword': rejectingCommonPasswords,
}
