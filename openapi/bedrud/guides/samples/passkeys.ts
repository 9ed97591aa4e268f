const baseUrl = '{sandbox}'

/** Signs in with a passkey of this device. */
export async function signInWithPasskey() {
  const options = await post('/api/auth/passkey/login/begin', {})
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = await navigator.credentials.get({ publicKey })
  return post('/api/auth/passkey/login/finish', toJson(credential))
}

/** Creates an account without a password. */
export async function signUpWithPasskey(email: string, name: string) {
  const options = await post('/api/auth/passkey/signup/begin', { email, name })
  return post('/api/auth/passkey/signup/finish', await createPasskey(options))
}

/** Adds a passkey to the account of the signed-in user. */
export async function addPasskey(accessToken: string) {
  const options = await post('/api/auth/passkey/register/begin', {}, accessToken)
  return post('/api/auth/passkey/register/finish', await createPasskey(options), accessToken)
}

async function createPasskey(options: PublicKeyCredentialCreationOptionsJSON) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return toJson(await navigator.credentials.create({ publicKey }))
}

function toJson(credential: Credential | null) {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser returned no passkey.')
  return credential.toJSON()
}

/** Cookies bind the two steps of a ceremony to this browser. */
async function post(path: string, body: unknown, accessToken?: string) {
  const response = await fetch(baseUrl + path, {
    method: 'POST',
    credentials: 'include',
    headers: {
      'Content-Type': 'application/json',
      ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify(body),
  })
  const result = await response.json()
  if (!response.ok) throw new Error(result.error)
  return result
}
