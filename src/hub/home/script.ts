import { statusTexts } from './status.ts'

/** The script of the home page: it shows the states of the servers until all are ready. */
export const statusScript = `
const statusTexts = ${JSON.stringify(statusTexts)}
async function showStates() {
  const response = await fetch('/status.json').catch(() => undefined)
  if (!response?.ok) return
  const { apis } = await response.json()
  for (const [api, states] of Object.entries(apis)) {
    for (const part of ['mock', 'sandbox']) {
      const shown = document.querySelector('.states[data-api="' + api + '"] [data-part="' + part + '"]')
      shown.dataset.state = states[part]
      shown.textContent = statusTexts[states[part]]
    }
    document.querySelector('.states[data-api="' + api + '"] [data-part="tests"]').textContent = states.tests.verdict
  }
  const isReady = ({ mock, sandbox, tests }) => mock === 'ready' && sandbox === 'ready' && tests.state !== 'running'
  if (!Object.values(apis).every(isReady)) setTimeout(showStates, 1000)
}
showStates()
`
