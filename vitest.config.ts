import { defineConfig } from 'vitest/config'

/** Tests that spawn the built command. */
const command = ['test/cli/**/*.test.ts']
/** Tests that open a real browser. */
const browser = ['test/**/*browser*.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...command, ...browser],
          // Against hanging, not against slow machines.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'command',
          include: command,
          globalSetup: 'test/support/build-command.ts',
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: browser,
          globalSetup: 'test/support/ensure-chromium.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
