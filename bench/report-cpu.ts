/** Preloaded into a server: answers each `'cpu'` message from the parent with the CPU time used so far, in microseconds. */
process.on('message', (message) => {
  if (message !== 'cpu') return
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu: user + system })
})
// A listener would keep the process alive after its server has closed.
process.channel?.unref()
