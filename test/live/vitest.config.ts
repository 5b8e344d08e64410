import { defineConfig } from 'vitest/config'

// Apart from the suite: it needs a token and a network, and takes as long as the workspace is busy.
export default defineConfig({
  test: {
    include: ['test/live/*.live.ts'],
    testTimeout: 3_600_000,
    disableConsoleIntercept: true,
  },
})
