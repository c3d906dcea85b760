/** A second instance of the service on a world's database, as the repository or a restarted worker with other settings has. */
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { quickSettings } from './quick-settings.ts'
import type { World } from './world.ts'

/** To be closed by the caller. */
export async function openBeside(world: World, settings: Record<string, unknown> = {}): Promise<App> {
  const { url, token } = world.emulator
  const places = { 'database.url': world.databaseUrl, 'zenodo.url': url, 'zenodo.token': token }
  const { config } = loadConfig({
    env: {},
    hostname: 'test-host',
    flags: { ...places, ...quickSettings, ...settings },
  })
  return openApp(config)
}
