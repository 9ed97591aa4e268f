/** The path below which the modules of the demos are served. */
export const modulesPath = '/demo/modules/'
