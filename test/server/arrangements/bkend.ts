import { type Arrangement, type Arrangements, signInAs } from '../cases.ts'
import { rejectingCommonPasswords } from '../ways/common.ts'

const mina = '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10'
const key = { 'x-api-key': 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }
const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0])

/** Nobody can know beforehand how the server names a file. */
const uploaded: Arrangement = async (sandbox) => {
  const { accessToken } = await signInAs(sandbox, mina)
  const headers = { ...key, authorization: `Bearer ${accessToken}` }
  const form = { filename: 'mina.png', contentType: 'image/png' }
  const made = await sandbox.call('POST', `/v1/users/${mina}/avatar/upload-url`, form, headers)
  const { url, key: s3Key } = (await made.json()) as { url: string; key: string }
  const put = { method: 'PUT', headers: { 'content-type': 'image/png' }, body: png }
  await sandbox.fetch(new Request(url, put))
  return { body: { s3Key } }
}

export const bkend: Arrangements = {
  'signUp weakPassword': rejectingCommonPasswords,
  'confirmPasswordReset weakPassword': rejectingCommonPasswords,
  'changePassword weakPassword': rejectingCommonPasswords,
  'updateUserAvatar ok': uploaded,
}
