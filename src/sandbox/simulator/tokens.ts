import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { SimulatedAccount } from './accounts.ts'

/** Creates the signer of the simulated OpenID Connect provider. Its key is generated on first use. */
export function createSigner(issuer: string) {
  const kid = 'simulator'
  let keys: ReturnType<typeof generateKeyPair> | undefined
  const pair = () => {
    keys ??= generateKeyPair('RS256')
    return keys
  }

  return {
    async jwks() {
      const { publicKey } = await pair()
      return { keys: [{ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' }] }
    },
    async idToken(account: SimulatedAccount, picture: string, clientId: string, nonce: string | undefined) {
      const { privateKey } = await pair()
      return new SignJWT({
        ...claims(account, picture),
        azp: clientId,
        ...(nonce !== undefined && { nonce }),
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .setIssuer(issuer)
        .setAudience(clientId)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey)
    },
  }
}

/** Returns the claims of an account (OpenID Connect Core, section 5.1). */
export function claims({ subject, name, email, emailVerified }: SimulatedAccount, picture: string) {
  return {
    sub: subject,
    name,
    picture,
    ...(email !== null && { email, email_verified: emailVerified }),
  }
}
