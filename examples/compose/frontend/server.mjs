// A frontend that renders on the server. It reads the settings of the API, and links to the sign-in with
// Google.
import { createServer } from 'node:http'

const { PORT, AUTH_URL, PUBLIC_AUTH_URL } = process.env

const server = createServer(async (_, response) => {
  const { serverName, oauthProviders } = await (await fetch(`${AUTH_URL}/api/auth/settings`)).json()
  const links = oauthProviders.map(
    (provider) =>
      `<li><a href="${PUBLIC_AUTH_URL}/api/auth/${provider}/login">Sign in with ${provider}</a></li>`,
  )
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(`<!doctype html><title>${serverName}</title><h1>${serverName}</h1><ul>${links.join('')}</ul>`)
})

server.listen(Number(PORT), () => console.log(`The frontend listens on port ${PORT}.`))
